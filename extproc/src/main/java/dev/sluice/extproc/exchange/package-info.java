/// Exchanges in flight.
@NullMarked
package dev.sluice.extproc.exchange;

import org.jspecify.annotations.NullMarked;
