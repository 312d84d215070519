/// What OpenAI's two languages have in common.
@NullMarked
package dev.sluice.wire.openai;

import org.jspecify.annotations.NullMarked;
