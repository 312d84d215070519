/// A provider's own bill: its tokenizer, its prices, exact to the last digit.
@NullMarked
package dev.sluice.testkit.billing;

import org.jspecify.annotations.NullMarked;
