/// The service of tools of a gateway, and the process that runs programs for one.
@NullMarked
package dev.sluice.standalone.tools;

import org.jspecify.annotations.NullMarked;
