/// What a test tells the simulated provider to answer, and in which manner.
@NullMarked
package dev.sluice.testkit.anthropic.script;

import org.jspecify.annotations.NullMarked;
