package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;

/// What is known of a hold whose end is to be found out from outside.
public sealed interface HoldState {

  /// It has not ended.
  ///
  /// @param note as the [HoldRequest] had it
  record Open(Instant createdAt, String note) implements HoldState {}

  /// It expired, and its cost is still to be confirmed.
  ///
  /// @param posted in full, as unconfirmed
  record Expired(Instant createdAt, String note, NanoUsd posted) implements HoldState {}

  /// Nothing is to be found out: it has an end that somebody told, there never was such a hold, or
  /// the ledger does not remember it.
  record Nothing() implements HoldState {}
}
