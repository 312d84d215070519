/// What Gemini refuses: fields, tools, functions, the order of a conversation.
@NullMarked
package dev.sluice.testkit.gemini.rules;

import org.jspecify.annotations.NullMarked;
