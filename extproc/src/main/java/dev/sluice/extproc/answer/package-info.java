/// Refusals as HTTP.
@NullMarked
package dev.sluice.extproc.answer;

import org.jspecify.annotations.NullMarked;
