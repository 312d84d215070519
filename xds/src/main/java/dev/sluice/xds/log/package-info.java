/// One form for all that the process logs.
@NullMarked
package dev.sluice.xds.log;

import org.jspecify.annotations.NullMarked;
