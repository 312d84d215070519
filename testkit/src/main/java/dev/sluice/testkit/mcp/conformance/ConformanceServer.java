package dev.sluice.testkit.mcp.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// A program for Node that has what the suite asks a server for.
public final class ConformanceServer implements AutoCloseable {

  private final Process process;
  private final URI url;

  private ConformanceServer(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /// @param script which prints its URL on a line
  public static ConformanceServer start(Path script) {
    try {
      var process =
          McpSdk.knownTo(List.of("node", script.toString())).redirectErrorStream(true).start();
      return new ConformanceServer(
          process, URI.create(String.valueOf(process.inputReader().readLine())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return url;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
