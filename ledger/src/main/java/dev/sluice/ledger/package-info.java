/// The fast book: what was posted and what is held, for every budget.
@NullMarked
package dev.sluice.ledger;

import org.jspecify.annotations.NullMarked;
