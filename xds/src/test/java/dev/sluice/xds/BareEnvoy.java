package dev.sluice.xds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A real Envoy without a listener, whose resources come over TCP (`mutual-tls.json`).
final class BareEnvoy implements AutoCloseable {

  private final Path folder;
  private final Process process;

  /// @param folder has its certificate, its key and whom it trusts
  BareEnvoy(Path folder, Map<String, String> values) throws IOException {
    this.folder = folder;
    var all = new TreeMap<>(values);
    all.put("tls", folder.toString());
    all.put("adminSocket", folder.resolve("admin.sock").toString());
    var bootstrap = folder.resolve("bootstrap.json");
    Files.writeString(bootstrap, Template.of("/mutual-tls.json").json(all));
    process =
        new ProcessBuilder(
                RunningEnvoy.binary(),
                "--config-path",
                bootstrap.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "--log-level",
                "warning")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("envoy.log").toFile())
            .start();
  }

  boolean knows(String provider) {
    return admin("/clusters").contains("provider/default/" + provider + "/main::");
  }

  long stat(String name) {
    return RunningEnvoy.stat(admin("/stats?filter=" + name), name);
  }

  /// Empty before it listens.
  private String admin(String path) {
    try {
      return RunningEnvoy.ask(folder.resolve("admin.sock"), path);
    } catch (IOException e) {
      return "";
    }
  }

  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
