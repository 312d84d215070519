package dev.sluice.standalone.up;

import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.fetch.Parts;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The programs that run beside us.
///
/// @param redis null where the user has a Redis
/// @param envoyWorkers Envoy's worker threads
record Programs(Path envoy, @Nullable Path redis, int envoyWorkers) {

  private static final String WORKERS = "SLUICE_ENVOY_CONCURRENCY";

  static Programs find(UpOptions options, Map<String, String> environment)
      throws FetchException, UsageException {
    var workers = workers(environment.get(WORKERS));
    var parts = new Parts(environment);
    return new Programs(
        parts.envoy(options.envoy()), options.redis() == null ? parts.redis() : null, workers);
  }

  /// As many as the machine has cores, unless the environment says otherwise.
  private static int workers(@Nullable String text) throws UsageException {
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (!text.matches("[1-9]\\d{0,2}")) {
      throw new UsageException(WORKERS + ": " + text + " (expected: 1..999)");
    }
    return Integer.parseInt(text);
  }
}
