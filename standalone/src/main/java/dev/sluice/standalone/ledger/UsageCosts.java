package dev.sluice.standalone.ledger;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.books.WindowId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the usage records of a state say that keys cost, by window: summed while they are read, so
/// that no record is kept.
final class UsageCosts {

  private static final int NANO_PLACES = 9;

  /// From when to when a window counts what.
  private record Counted(WindowId window, long end) {
    boolean holds(long time) {
      return time >= window.start() && time < end;
    }
  }

  private final Map<String, List<Counted>> byKey;
  private final Map<WindowId, NanoUsd> costs = new HashMap<>();

  private UsageCosts(Collection<WindowId> windows) {
    byKey =
        windows.stream()
            .map(window -> new Counted(window, window.end()))
            .collect(Collectors.groupingBy(counted -> key(counted.window())));
  }

  /// @param windows of keys, that are to be summed
  static UsageCosts read(Path folder, Collection<WindowId> windows) throws IOException {
    var costs = new UsageCosts(windows);
    if (!Files.isDirectory(folder)) {
      return costs;
    }
    try (var files = Files.list(folder)) {
      for (var file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        try (var lines = Files.lines(file)) {
          lines.forEach(costs::add);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return costs;
  }

  private void add(String line) {
    try {
      var json = JsonMapper.shared().readTree(line);
      var usd = new BigDecimal(json.required("costUsd").asString());
      var cost = new NanoUsd(usd.movePointRight(NANO_PLACES).longValueExact());
      long time = Instant.parse(json.required("time").asString()).toEpochMilli();
      for (var counted : byKey.getOrDefault(json.required("key").asString(), List.of())) {
        if (counted.holds(time)) {
          costs.merge(counted.window(), cost, NanoUsd::plus);
        }
      }
    } catch (JacksonException _) {
      // The last line of a file that is being written.
    }
  }

  /// As records name it: without the namespace where that is `default`.
  private static String key(WindowId window) {
    var owner = window.limit().split(":", 3)[1];
    return owner.startsWith("default/") ? owner.substring("default/".length()) : owner;
  }

  /// Of a key within a window of it.
  NanoUsd of(WindowId window) {
    return costs.getOrDefault(window, NanoUsd.ZERO);
  }
}
