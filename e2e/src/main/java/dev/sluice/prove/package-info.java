/// The promise of the ledger put to the test in front of whoever asks: many requests at once, two
/// gateways on one Redis, one of them killed.
@NullMarked
package dev.sluice.prove;

import org.jspecify.annotations.NullMarked;
