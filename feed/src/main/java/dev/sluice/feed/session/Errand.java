package dev.sluice.feed.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What is to be done at Redis.
sealed interface Errand {

  /// Publishes news on a channel.
  record Tell(String channel, String news) implements Errand {}

  /// Keeps something of a session.
  record Keep(String session, String name, String value) implements Errand {}

  /// Keeps it no more.
  record Drop(String session, String name) implements Errand {}

  /// Reads what is kept of a session.
  record Read(String session, CompletableFuture<Map<String, String>> answer) implements Errand {}

  /// What may be kept, and for how long.
  ///
  /// @param namesMax of one session
  record Keeping(int namesMax, int sessionsMax, long millis) {}

  /// Arguments of the script.
  default List<String> arguments(Keeping keeping) {
    return switch (this) {
      case Tell(var channel, var news) -> List.of("tell", channel, news);
      case Keep(var session, var name, var value) ->
          List.of(
              "keep",
              session,
              name,
              value,
              Integer.toString(keeping.namesMax()),
              Long.toString(keeping.millis()),
              Integer.toString(keeping.sessionsMax()));
      case Drop(var session, var name) -> List.of("drop", session, name);
      case Read(var session, _) -> List.of("read", session);
    };
  }

  default int characters() {
    return switch (this) {
      case Tell(_, var news) -> news.length();
      case Keep(_, var name, var value) -> name.length() + value.length();
      case Drop(_, var name) -> name.length();
      case Read _ -> 0;
    };
  }
}
