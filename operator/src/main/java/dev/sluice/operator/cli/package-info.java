/// What operators ask at a terminal: `sluice get` and `sluice explain`.
@NullMarked
package dev.sluice.operator.cli;

import org.jspecify.annotations.NullMarked;
