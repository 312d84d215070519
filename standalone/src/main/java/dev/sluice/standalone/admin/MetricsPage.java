package dev.sluice.standalone.admin;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The meters, as Prometheus scrapes them.
public record MetricsPage(PrometheusRegistry registry) {

  public Answer scrape() {
    var writer = PrometheusTextFormatWriter.builder().build();
    var out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("BUG: writing to memory failed", e);
    }
    return new Answer(200, writer.getContentType(), out.toString(StandardCharsets.UTF_8));
  }
}
