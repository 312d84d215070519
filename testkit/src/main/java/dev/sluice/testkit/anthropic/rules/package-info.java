/// What the Anthropic API refuses: headers, betas, the schema of the body, the order of blocks.
@NullMarked
package dev.sluice.testkit.anthropic.rules;

import org.jspecify.annotations.NullMarked;
