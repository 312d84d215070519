/// What operators are shown of objects, wherever it was asked.
@NullMarked
package dev.sluice.core.listing;

import org.jspecify.annotations.NullMarked;
