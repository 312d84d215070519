/// The measurement of the budget ledger against the real Redis, as `sluice up` runs it.
@NullMarked
package dev.sluice.bench.ledger;

import org.jspecify.annotations.NullMarked;
