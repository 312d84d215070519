package dev.sluice.standalone.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.keeper.Figures;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LedgerMetersTest {

  private static final Path REFERENCE = Path.of("../docs/reference/metrics.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(sluice_ledger_[a-z0-9_]+)` \\|", Pattern.MULTILINE);

  @Test
  void the_reference_lists_every_metric_and_no_other() throws IOException {
    var documented = new TreeSet<String>();
    var rows = ROW.matcher(Files.readString(REFERENCE));
    while (rows.find()) {
      documented.add(rows.group(1));
    }
    var meters = new PrometheusRegistry();
    LedgerMeters.register(meters, () -> new Figures(1, 2, Duration.ofSeconds(3), 4, 5));
    var registered = new TreeSet<String>();
    meters.scrape().forEach(metric -> registered.add(metric.getMetadata().getName()));
    assertThat(registered).isEqualTo(documented);
  }
}
