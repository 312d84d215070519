/// An answer as it is planned: steps that are billed, events that show them, bytes that carry them.
@NullMarked
package dev.sluice.testkit.answer;

import org.jspecify.annotations.NullMarked;
