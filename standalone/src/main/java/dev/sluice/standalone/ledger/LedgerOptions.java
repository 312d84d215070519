package dev.sluice.standalone.ledger;

import dev.sluice.ledger.redis.RedisBooks.Loss;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.up.UpOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `sluice ledger` was asked to do.
///
/// @param redis null: the embedded one of the state
/// @param installation null: the one that the state was used with
/// @param loss what to do where the log lacks events that Redis has
record LedgerOptions(
    Verb verb, Path state, @Nullable URI redis, @Nullable String installation, Loss loss) {

  static final String USAGE =
      """
      sluice ledger check|rebuild [options]

        check             compares what Redis holds with the sum of all events, window by window and
                          hold by hold; exit code 0 where they are equal, 1 where not
        rebuild           replaces what Redis holds by the sum of all events; nothing is admitted
                          meanwhile
        --state DIR       the state folder of a gateway, running or not (./.sluice)
        --redis URL       the Redis of your own that the gateway uses; or SLUICE_REDIS
        --installation NAME
                          the one of the gateway, where the state does not tell
        --accept-loss     rebuild also where the log lacks events that Redis has counted
        --help            this text
      """;

  enum Verb {
    CHECK,
    REBUILD
  }

  static LedgerOptions parse(List<String> arguments, Map<String, String> environment)
      throws UsageException {
    var verb = verb(arguments.isEmpty() ? "" : arguments.getFirst());
    var state = Path.of(".sluice");
    var url = environment.getOrDefault("SLUICE_REDIS", "");
    var redis = url.isEmpty() ? null : redis("SLUICE_REDIS", url);
    String installation = null;
    var loss = Loss.REFUSED;
    var left = arguments.subList(1, arguments.size()).iterator();
    while (left.hasNext()) {
      var option = left.next();
      switch (option) {
        case "--accept-loss" -> loss = Loss.ACCEPTED;
        case "--state" -> state = Path.of(UpOptions.value(option, left));
        case "--redis" -> redis = redis(option, UpOptions.value(option, left));
        case "--installation" ->
            installation = UpOptions.installation(UpOptions.value(option, left));
        default ->
            throw new UsageException(option + " (expected: an option of sluice ledger --help)");
      }
    }
    if (!Files.isDirectory(state)) {
      throw new UsageException("--state " + state + " (expected: the state folder of a gateway)");
    }
    return new LedgerOptions(verb, state.toAbsolutePath().normalize(), redis, installation, loss);
  }

  private static Verb verb(String word) throws UsageException {
    return switch (word) {
      case "check" -> Verb.CHECK;
      case "rebuild" -> Verb.REBUILD;
      default -> throw new UsageException("ledger " + word + " (expected: check or rebuild)");
    };
  }

  private static URI redis(String source, String text) throws UsageException {
    try {
      var _ = RedisConfig.of(text);
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(source + ": " + e.getMessage());
    }
  }
}
