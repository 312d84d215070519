package dev.sluice.e2e.cluster;

import dev.sluice.testkit.kubernetes.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `sluice operator` as a process of its own, which can be killed.
final class OperatorProcess implements AutoCloseable {

  private static final String READY = "ready ";

  private final Process process;
  private final int port;

  private OperatorProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Returns once Envoys can connect.
  ///
  /// @param environment more variables
  static OperatorProcess start(
      Access access, Path log, Map<String, String> environment, List<String> options) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.operator.Main"));
    command.addAll(options);
    var builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    builder.environment().put("KUBECONFIG", access.kubeconfig().toString());
    try {
      var process = builder.start();
      var ready = process.inputReader().readLine();
      if (ready == null || !ready.startsWith(READY)) {
        process.destroyForcibly();
        throw new IllegalStateException("the operator did not start: " + ready + ", see " + log);
      }
      return new OperatorProcess(process, Integer.parseInt(ready.substring(READY.length())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where Envoys ask it.
  int port() {
    return port;
  }

  /// SIGKILL.
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
