/// Failures of the system, in words for the user.
@NullMarked
package dev.sluice.standalone.failure;

import org.jspecify.annotations.NullMarked;
