/// What tokens cost.
@NullMarked
package dev.sluice.core.price;

import org.jspecify.annotations.NullMarked;
