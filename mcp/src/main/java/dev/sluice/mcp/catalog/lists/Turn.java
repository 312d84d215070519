package dev.sluice.mcp.catalog.lists;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// When one list is asked for again: at its end, when its server says that it changed, and never
/// too often.
final class Turn {

  private static final int DOUBLINGS_MAX = 16;

  private final ListLimits limits;
  private boolean wanted = true;
  private Instant notBefore = Instant.MIN;
  private Instant begun = Instant.MIN;
  private Instant end = Instant.MAX;
  private int failures;
  private Optional<String> trouble = Optional.empty();

  Turn(ListLimits limits) {
    this.limits = limits;
  }

  /// The list is another one, as its server says.
  synchronized void want() {
    wanted = true;
  }

  /// The server is there again: what went wrong before counts no more.
  synchronized void renew() {
    wanted = true;
    failures = 0;
    notBefore = begun.equals(Instant.MIN) ? begun : begun.plus(limits.refreshEvery());
  }

  synchronized boolean due(Instant now) {
    return (wanted || !now.isBefore(end)) && !now.isBefore(notBefore);
  }

  /// What is wanted from now on is wanted after this fetch.
  synchronized void begin(Instant now) {
    wanted = false;
    begun = now;
    notBefore = now.plus(limits.refreshEvery());
  }

  synchronized void succeeded(Instant now, Duration ttl) {
    failures = 0;
    end = now.plus(ttl);
    trouble = Optional.empty();
  }

  synchronized void failed(Instant now, String sentence) {
    wanted = true;
    trouble = Optional.of(sentence);
    var doubled = limits.refreshEvery().multipliedBy(1L << Math.min(failures++, DOUBLINGS_MAX));
    notBefore = now.plus(doubled.compareTo(limits.retryMax()) > 0 ? limits.retryMax() : doubled);
  }

  /// Why the last fetch failed; empty where it did not.
  synchronized Optional<String> trouble() {
    return trouble;
  }

  /// When it is due, if nothing comes in between.
  synchronized Instant next() {
    var wish = wanted ? Instant.MIN : end;
    return wish.isAfter(notBefore) ? wish : notBefore;
  }
}
