package dev.sluice.standalone.envoy;

import dev.sluice.standalone.child.Child;
import dev.sluice.standalone.child.PidFile;
import dev.sluice.standalone.child.Supervisor;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.xds.AdsSource;
import dev.sluice.xds.Bootstrap;
import dev.sluice.xds.BootstrapConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// Envoy as a child of this process.
public final class ManagedEnvoy {

  private static final Duration READY_WITHIN = Duration.ofSeconds(30);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(5);

  private final Path program;
  private final StateFolder state;
  private final Path config;
  private final Source source;
  private final Limits limits;
  private final EnvoyAdmin admin;
  private final PidFile pid;

  private ManagedEnvoy(Path program, StateFolder state, Source source, Limits limits) {
    this.program = program;
    this.source = source;
    this.state = state;
    this.config = state.run().resolve("envoy.json");
    this.limits = limits;
    this.admin = new EnvoyAdmin(state.socket("envoy-admin"));
    this.pid = new PidFile(state.run().resolve("envoy.pid"), config);
  }

  /// A running Envoy.
  public record Running(ManagedEnvoy envoy, Supervisor supervisor, Listen listen) {

    /// The real port, once it listens. Should it have to be started again, it takes the same.
    public int settle() throws IOException {
      var port = envoy.admin.port();
      envoy.configure(listen, port);
      return port;
    }

    public EnvoyAdmin admin() {
      return envoy.admin;
    }

    public void end() throws IOException {
      supervisor.end(ENDED_WITHIN);
      envoy.pid.delete();
    }
  }

  /// Ends what an earlier run left behind, so that its port is free again.
  public static void endLeftover(StateFolder state) throws IOException {
    new PidFile(state.run().resolve("envoy.pid"), state.run().resolve("envoy.json")).endLeftover();
  }

  /// Starts Envoy, and returns once it has its first configuration and listens; where that comes
  /// from elsewhere, once it runs.
  public static Running start(
      Path program, StateFolder state, Source source, Listen listen, Limits limits, Watch watch)
      throws IOException {
    var envoy = new ManagedEnvoy(program, state, source, limits);
    envoy.configure(listen, listen.port());
    var supervisor = Supervisor.start("envoy", envoy::startOnce, watch.clock(), watch.gaveUp());
    return new Running(envoy, supervisor, listen);
  }

  /// Whose configuration it has.
  public record Source(String nodeId, AdsSource ads) {}

  /// Where clients connect; port 0 stands for any free one.
  public record Listen(String host, int port, Bootstrap.Listener kind) {}

  /// How much Envoy takes on.
  ///
  /// @param workers worker threads
  /// @param bodyBytesMax of a request
  public record Limits(int workers, long bodyBytesMax) {}

  /// Who hears that Envoy was given up.
  public record Watch(InstantSource clock, Consumer<String> gaveUp) {}

  private void configure(Listen listen, int port) throws IOException {
    EnvoyFiles.write(config, bootstrap(listen.host(), port), listen.kind());
  }

  private BootstrapConfig bootstrap(String host, int port) {
    return new BootstrapConfig(
        source.nodeId(),
        host,
        port,
        admin.socket(),
        state.socket("grpc"),
        state.socket("tools"),
        source.ads(),
        limits.bodyBytesMax());
  }

  private Child startOnce() throws IOException {
    Files.deleteIfExists(admin.socket());
    var child = Child.start("envoy", command(), state.log("envoy"));
    pid.write(child);
    child.awaitReady(
        READY_WITHIN,
        switch (source.ads()) {
          case AdsSource.Local() -> admin::ready;
          case AdsSource.Remote _ -> admin::answers;
        });
    return child;
  }

  private List<String> command() {
    return List.of(
        program.toString(),
        "--config-path",
        config.toString(),
        "--concurrency",
        Integer.toString(limits.workers()),
        // One Envoy at a time: no memory is shared with a successor.
        "--disable-hot-restart",
        "--log-level",
        "warn");
  }
}
