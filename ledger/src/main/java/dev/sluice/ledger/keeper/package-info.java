/// The keeper: brings the ledger's events from Redis into a store, and rebuilds a Redis that has
/// lost some.
@NullMarked
package dev.sluice.ledger.keeper;

import org.jspecify.annotations.NullMarked;
