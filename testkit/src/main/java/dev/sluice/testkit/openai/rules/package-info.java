/// What the OpenAI API refuses: credentials, bodies, the order of messages, items and tool calls.
@NullMarked
package dev.sluice.testkit.openai.rules;

import org.jspecify.annotations.NullMarked;
