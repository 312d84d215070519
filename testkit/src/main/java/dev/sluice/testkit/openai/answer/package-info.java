/// How the OpenAI API writes an answer: chunks of a chat, events of a response, their documents.
@NullMarked
package dev.sluice.testkit.openai.answer;

import org.jspecify.annotations.NullMarked;
