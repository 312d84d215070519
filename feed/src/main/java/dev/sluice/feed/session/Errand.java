package dev.sluice.feed.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What is to be done at Redis.
sealed interface Errand {

  /// What changes of what is kept of a session; done twice, it is as done once.
  sealed interface Change extends Errand {
    String session();

    String name();
  }

  /// Publishes news on a channel.
  ///
  /// @param since when it began to wait, in nanoseconds of the JVM
  record Tell(String channel, String news, long since) implements Errand {
    Tell(String channel, String news) {
      this(channel, news, System.nanoTime());
    }
  }

  /// Keeps something of a session.
  record Keep(String session, String name, String value) implements Change {}

  /// Keeps it no more.
  record Drop(String session, String name) implements Change {}

  /// Reads what is kept of a session.
  ///
  /// @param since when it began to wait, in nanoseconds of the JVM
  record Read(String session, CompletableFuture<Map<String, String>> answer, long since)
      implements Errand {
    Read(String session, CompletableFuture<Map<String, String>> answer) {
      this(session, answer, System.nanoTime());
    }
  }

  /// What may be kept, and for how long.
  ///
  /// @param namesMax of one session
  /// @param bytesMax of one session, its names and values
  record Keeping(int namesMax, int bytesMax, int sessionsMax, long millis) {}

  /// Arguments of the script.
  default List<String> arguments(Keeping keeping) {
    return switch (this) {
      case Tell(var channel, var news, _) -> List.of("tell", channel, news);
      case Keep(var session, var name, var value) ->
          List.of(
              "keep",
              session,
              name,
              value,
              Integer.toString(keeping.namesMax()),
              Long.toString(keeping.millis()),
              Integer.toString(keeping.sessionsMax()),
              Integer.toString(keeping.bytesMax()));
      case Drop(var session, var name) -> List.of("drop", session, name);
      case Read(var session, _, _) -> List.of("read", session);
    };
  }

  /// How much room it takes while it waits.
  default int bytes() {
    return switch (this) {
      case Tell(_, var news, _) -> bytes(news);
      case Keep(_, var name, var value) -> bytes(name) + bytes(value);
      case Drop(_, var name) -> bytes(name);
      case Read _ -> 0;
    };
  }

  /// Of a text in UTF-8, or slightly more where it is not well formed.
  static int bytes(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one < 0x80) {
        bytes++;
      } else if (one < 0x800 || Character.isSurrogate(one)) {
        bytes += 2;
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }
}
