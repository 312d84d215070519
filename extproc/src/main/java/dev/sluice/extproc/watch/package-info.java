/// Answers whose holds grow while they pass.
@NullMarked
package dev.sluice.extproc.watch;

import org.jspecify.annotations.NullMarked;
