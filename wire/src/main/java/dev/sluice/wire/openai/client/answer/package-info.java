/// The side of OpenAI's languages that a client hears: its answers are written.
@NullMarked
package dev.sluice.wire.openai.client.answer;

import org.jspecify.annotations.NullMarked;
