/// One record and one log line for each exchange.
@NullMarked
package dev.sluice.extproc.usage;

import org.jspecify.annotations.NullMarked;
