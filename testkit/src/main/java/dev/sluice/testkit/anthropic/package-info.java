/// The simulated Anthropic API: as strict as the real one, and with a bill of its own.
@NullMarked
package dev.sluice.testkit.anthropic;

import org.jspecify.annotations.NullMarked;
