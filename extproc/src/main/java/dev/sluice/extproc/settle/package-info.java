/// The end of holds.
@NullMarked
package dev.sluice.extproc.settle;

import org.jspecify.annotations.NullMarked;
