/// Tells each object what became of it.
@NullMarked
package dev.sluice.operator.report;

import org.jspecify.annotations.NullMarked;
