/// One form for all that the process logs.
@NullMarked
package dev.sluice.standalone.log;

import org.jspecify.annotations.NullMarked;
