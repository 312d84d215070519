package dev.sluice.standalone.ledger;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.books.WindowId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the usage records of a state say that keys cost.
record UsageCosts(List<Cost> costs) {

  /// Of one record; `key` has no namespace where that is `default`.
  record Cost(long time, String key, NanoUsd cost) {}

  private static final int NANO_PLACES = 9;

  UsageCosts {
    costs = List.copyOf(costs);
  }

  static UsageCosts read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return new UsageCosts(List.of());
    }
    var costs = new ArrayList<Cost>();
    try (var files = Files.list(folder)) {
      for (var file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        try (var lines = Files.lines(file)) {
          lines.forEach(line -> add(costs, line));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new UsageCosts(costs);
  }

  private static void add(List<Cost> costs, String line) {
    try {
      var json = JsonMapper.shared().readTree(line);
      var usd = new BigDecimal(json.required("costUsd").asString());
      costs.add(
          new Cost(
              Instant.parse(json.required("time").asString()).toEpochMilli(),
              json.required("key").asString(),
              new NanoUsd(usd.movePointRight(NANO_PLACES).longValueExact())));
    } catch (JacksonException _) {
      // The last line of a file that is being written.
    }
  }

  /// Of a key since a window of it began.
  NanoUsd since(WindowId window) {
    var owner = window.limit().split(":", 3)[1];
    var key = owner.startsWith("default/") ? owner.substring("default/".length()) : owner;
    return costs.stream()
        .filter(cost -> cost.time() >= window.start() && cost.key().equals(key))
        .map(Cost::cost)
        .reduce(NanoUsd.ZERO, NanoUsd::plus);
  }
}
