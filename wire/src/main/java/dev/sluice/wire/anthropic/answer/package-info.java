/// Answers while they pass, a piece at a time.
@NullMarked
package dev.sluice.wire.anthropic.answer;

import org.jspecify.annotations.NullMarked;
