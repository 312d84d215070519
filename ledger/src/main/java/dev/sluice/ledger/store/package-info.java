/// The store: the ledger's log on disk, as JSON Lines, with checkpoints of the books.
@NullMarked
package dev.sluice.ledger.store;

import org.jspecify.annotations.NullMarked;
