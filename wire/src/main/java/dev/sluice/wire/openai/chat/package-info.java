/// The language of `/chat/completions`, as OpenAI speaks it and the many that follow.
@NullMarked
package dev.sluice.wire.openai.chat;

import org.jspecify.annotations.NullMarked;
