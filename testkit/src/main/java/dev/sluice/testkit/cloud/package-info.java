/// What the simulated clouds share: the door of a service, and Claude as it stands behind it.
@NullMarked
package dev.sluice.testkit.cloud;

import org.jspecify.annotations.NullMarked;
