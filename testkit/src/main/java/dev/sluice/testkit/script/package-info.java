/// What a test tells the simulated provider to answer, and in which manner.
@NullMarked
package dev.sluice.testkit.script;

import org.jspecify.annotations.NullMarked;
