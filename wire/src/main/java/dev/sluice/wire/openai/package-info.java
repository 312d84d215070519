/// What OpenAI's two languages have in common, and the services that speak them.
@NullMarked
package dev.sluice.wire.openai;

import org.jspecify.annotations.NullMarked;
