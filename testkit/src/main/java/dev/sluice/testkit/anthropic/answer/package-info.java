/// Writes messages as the API does: as a stream of events or as one JSON document.
@NullMarked
package dev.sluice.testkit.anthropic.answer;

import org.jspecify.annotations.NullMarked;
