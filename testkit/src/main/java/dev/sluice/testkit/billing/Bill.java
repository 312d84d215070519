package dev.sluice.testkit.billing;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/// What the provider charges so far.
///
/// @param entries the latest, as many as are retained
/// @param exchanges how many there were in all
/// @param usd the exact total of all of them
public record Bill(List<BillEntry> entries, long exchanges, BigDecimal usd, Usage usage) {

  public Bill {
    entries = List.copyOf(entries);
  }

  public Optional<BillEntry> find(String requestId) {
    return entries.stream().filter(entry -> entry.requestId().equals(requestId)).findFirst();
  }
}
