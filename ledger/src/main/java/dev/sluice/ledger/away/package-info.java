/// What is done while the ledger is away, or while others hold what is asked of it: who waits, who
/// goes on, and what is posted later.
@NullMarked
package dev.sluice.ledger.away;

import org.jspecify.annotations.NullMarked;
