package dev.sluice.e2e.failover;

import java.util.Map;
import java.util.TreeMap;

/// What the sessions met.
final class Findings {

  private final Map<Integer, Long> failed = new TreeMap<>();
  private long answers;
  private long sessions;
  private long broken;
  private int attemptsMax;

  synchronized void answered(int attempts) {
    answers++;
    attemptsMax = Math.max(attemptsMax, attempts);
  }

  synchronized void broken() {
    broken++;
  }

  synchronized void failed(int status) {
    failed.merge(status, 1L, Long::sum);
  }

  synchronized void ended() {
    sessions++;
  }

  synchronized long sessions() {
    return sessions;
  }

  @Override
  public synchronized String toString() {
    return """
        %d sessions with %d answers; clients saw %d cut ones, and errors by status %s; \
        they asked at most %d times"""
        .formatted(sessions, answers, broken, failed, attemptsMax);
  }
}
