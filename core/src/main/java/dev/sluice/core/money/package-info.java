/// Exact money: nano-dollars, and prices in nano-dollars per million tokens.
@NullMarked
package dev.sluice.core.money;

import org.jspecify.annotations.NullMarked;
