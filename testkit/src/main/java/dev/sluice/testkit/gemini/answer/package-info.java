/// How Gemini writes an answer: chunks or one document, what was found on the web, the usage.
@NullMarked
package dev.sluice.testkit.gemini.answer;

import org.jspecify.annotations.NullMarked;
