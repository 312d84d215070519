package dev.sluice.bench.translation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What each way costs; not final, since JMH makes a class of it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TranslationBenchmark {

  /// The runner says.
  @Param("PASSED")
  public Way way = Way.PASSED;

  /// A recorded request of Claude Code: the runner says.
  @Param("first-turn-49k")
  public String request = "";

  private byte[] body = new byte[0];

  /// Reads the request.
  @Setup
  public void read() {
    var file = "/dev/sluice/bench/" + request + ".json";
    try (InputStream resource = TranslationBenchmark.class.getResourceAsStream(file)) {
      body = Objects.requireNonNull(resource, file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The request, as the provider gets it.
  @Benchmark
  public Object request() {
    return way.request(body);
  }

  /// An answer of 300 events, as the client gets it.
  @Benchmark
  public long answer() {
    return way.answer();
  }
}
