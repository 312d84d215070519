package dev.sluice.mcp.govern;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The reference of metrics has those of tools.
final class ToolMetricsReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(sluice_[a-z_]*tool_[a-z_]+)` \\|", Pattern.MULTILINE);

  @Test
  void the_reference_lists_every_metric_of_tools_and_no_other() throws Exception {
    var registered = new TreeSet<String>();
    var registry =
        new PrometheusRegistry() {
          @Override
          public void register(Collector collector) {
            registered.add(collector.getPrometheusName());
            super.register(collector);
          }
        };
    new ToolMeters(registry).waiting(() -> 0);
    var documented = new TreeSet<String>();
    ROW.matcher(Files.readString(REFERENCE)).results().forEach(row -> documented.add(row.group(1)));
    assertThat(documented).isEqualTo(registered);
  }
}
