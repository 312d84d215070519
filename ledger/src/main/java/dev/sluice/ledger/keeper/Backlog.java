package dev.sluice.ledger.keeper;

import dev.sluice.ledger.redis.RedisBooks;
import java.util.Optional;

/// The events in the stream that some store has not confirmed: told once when they grow, long
/// before they close admission for all.
final class Backlog {

  static final long TOLD_FROM = RedisBooks.EVENTS_WAITING_MAX / 4;

  private final RedisBooks redis;
  private final long toldFrom;
  private boolean told;

  Backlog(RedisBooks redis, long toldFrom) {
    this.redis = redis;
    this.toldFrom = toldFrom;
  }

  /// What is to be told of so many, if anything. They were few again once half of it is left.
  Optional<String> look(long waiting) {
    if (told || waiting < toldFrom) {
      told = told && waiting > toldFrom / 2;
      return Optional.empty();
    }
    var sentence = sentence(waiting);
    told = true;
    return Optional.of(sentence);
  }

  private String sentence(long waiting) {
    var who =
        redis
            .furthestBehind()
            .map(
                store ->
                    "the log with the id "
                        + store.store()
                        + " has confirmed nothing that was booked since "
                        + store.since())
            .orElse("each log has them by now");
    return "%d events wait in Redis (expected: fewer than %d; at %d nothing is admitted): %s"
        .formatted(waiting, toldFrom, RedisBooks.EVENTS_WAITING_MAX, who);
  }
}
