package dev.sluice.standalone.up;

import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.fetch.Parts;
import dev.sluice.standalone.serve.Surroundings;
import dev.sluice.standalone.serve.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The programs that run beside us.
///
/// @param redis null where the user has a Redis
/// @param envoyWorkers Envoy's worker threads
record Programs(Path envoy, @Nullable Path redis, int envoyWorkers) {

  static Programs find(UpOptions options, Map<String, String> environment)
      throws FetchException, UsageException {
    var workers = Surroundings.workers(environment);
    var parts = new Parts(environment);
    return new Programs(
        parts.envoy(options.envoy()), options.redis() == null ? parts.redis() : null, workers);
  }
}
