/// The side of OpenAI's languages that a client speaks: its requests are read.
@NullMarked
package dev.sluice.wire.openai.client;

import org.jspecify.annotations.NullMarked;
