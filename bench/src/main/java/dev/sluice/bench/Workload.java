package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.RequestBytes;
import dev.sluice.bench.upstream.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// One line of the benchmark: a recorded request, the kind of answer and the number of connections.
public record Workload(String name, String body, Answer answer, int connections, int requestsEach) {
  private static final String SMALL = "first-turn-49k.json";
  private static final String MIDDLE = "long-250k.json";
  private static final String LARGE = "long-950k.json";

  /// All of them, in the order of the table.
  public static List<Workload> all() {
    return List.of(
        new Workload("49k-1", SMALL, Answer.SHORT, 1, 1500),
        new Workload("49k-16", SMALL, Answer.SHORT, 16, 400),
        new Workload("250k-1", MIDDLE, Answer.SHORT, 1, 600),
        new Workload("250k-16", MIDDLE, Answer.SHORT, 16, 160),
        new Workload("950k-1", LARGE, Answer.SHORT, 1, 300),
        new Workload("950k-16", LARGE, Answer.SHORT, 16, 100),
        new Workload("events300-1", SMALL, Answer.BURST, 1, 600),
        new Workload("events300-16", SMALL, Answer.BURST, 16, 100),
        new Workload("paced-16", SMALL, Answer.PACED, 16, 3));
  }

  /// The first turn of a session.
  public static RequestBytes first(String key) {
    String headers = new String(resource("headers.txt"), StandardCharsets.ISO_8859_1);
    return RequestBytes.of(headers, key, resource(SMALL));
  }

  /// The load of one round, or of a fraction of it.
  Load load(String key, int shrink) {
    byte[] bytes = resource(body);
    String headers = new String(resource("headers.txt"), StandardCharsets.ISO_8859_1);
    return new Load(
        RequestBytes.of(headers, key, bytes),
        answer,
        connections,
        Math.max(1, requestsEach / shrink));
  }

  private static byte[] resource(String name) {
    try (InputStream in = Workload.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
