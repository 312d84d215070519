/// All meters.
@NullMarked
package dev.sluice.extproc.metrics;

import org.jspecify.annotations.NullMarked;
