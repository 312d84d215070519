/// What an attempt that failed adds to the time of the next one.
@NullMarked
package dev.sluice.bench.failover;

import org.jspecify.annotations.NullMarked;
