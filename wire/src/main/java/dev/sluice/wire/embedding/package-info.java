/// Requests for embeddings, in OpenAI's words and in those of other providers, and their answers.
@NullMarked
package dev.sluice.wire.embedding;

import org.jspecify.annotations.NullMarked;
