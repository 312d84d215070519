package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.MemoryLedger;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z0-9_]+)` \\|", Pattern.MULTILINE);

  @Test
  void the_reference_lists_every_metric_and_no_other() throws IOException {
    var clock = new ManualClock();
    var documented = new TreeSet<String>();
    var rows = ROW.matcher(Files.readString(REFERENCE));
    while (rows.find()) {
      // What the ledger's keeper, the operator and tools tell is compared where it is registered.
      if (!rows.group(1).matches("sluice_(ledger|operator)_.*|sluice_(.*_)?tool_.*")) {
        documented.add(rows.group(1));
      }
    }
    try (var gateway = new TestGateway(new MemoryLedger(clock), clock, GatewayConfig.DEFAULT)) {
      var registered = new TreeSet<String>();
      gateway.registry.scrape().forEach(metric -> registered.add(metric.getMetadata().getName()));
      assertThat(documented).containsAll(registered);
      assertThat(documented).hasSize((int) metersOf());
    }
  }

  /// Those with labels show up at their first use only, so the fields are counted; the gauges have
  /// none.
  private static long metersOf() {
    var gauges = 4;
    return gauges
        + Arrays.stream(Meters.class.getDeclaredFields())
            .map(Field::getType)
            .filter(type -> type.getPackage() == Counter.class.getPackage())
            .count();
  }
}
