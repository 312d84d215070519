/// What is done while the ledger is away: who goes on, and what is posted later.
@NullMarked
package dev.sluice.ledger.away;

import org.jspecify.annotations.NullMarked;
