/// The provider's own bill: its tokenizer, its prompt cache, its prices, exact to the last digit.
@NullMarked
package dev.sluice.testkit.anthropic.billing;

import org.jspecify.annotations.NullMarked;
