package dev.sluice.standalone.gateway;

import dev.sluice.standalone.envoy.EnvoyAdmin;
import dev.sluice.standalone.envoy.EnvoyFiles;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import dev.sluice.standalone.serve.Drain;
import dev.sluice.standalone.serve.HostPort;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.serve.Surroundings;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.xds.AdsSource;
import dev.sluice.xds.BootstrapConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The Envoy of this gateway, run by it or beside it.
///
/// @param managed null: beside it
record GatewayEnvoy(EnvoyAdmin admin, HostPort listen, ManagedEnvoy.@Nullable Running managed) {

  private static final String FOLDER = "envoy";

  /// Writes what an Envoy beside this process starts from.
  static GatewayEnvoy beside(GatewayOptions options, StateFolder state) throws IOException {
    var admin = state.socket("envoy-admin");
    var folder = StateFolder.privateFolder(state.root().resolve(FOLDER));
    EnvoyFiles.write(
        folder.resolve("bootstrap.json"),
        new BootstrapConfig(
            options.node(),
            options.listen().host(),
            options.listen().port(),
            admin,
            state.socket("grpc"),
            state.socket("tools"),
            source(options, folder),
            Surroundings.LIMITS.bodyBytesMax()),
        options.listener());
    return new GatewayEnvoy(new EnvoyAdmin(admin), options.listen(), null);
  }

  /// Starts one.
  ///
  /// @param gaveUp hears that it cannot be kept running
  static GatewayEnvoy run(
      Path program,
      GatewayOptions options,
      StateFolder state,
      int workers,
      Consumer<String> gaveUp,
      Owned owned)
      throws IOException {
    var folder = StateFolder.privateFolder(state.root().resolve(FOLDER));
    var managed =
        ManagedEnvoy.start(
            program,
            state,
            new ManagedEnvoy.Source(options.node(), source(options, folder)),
            new ManagedEnvoy.Listen(
                options.listen().host(), options.listen().port(), options.listener()),
            new ManagedEnvoy.Limits(workers, Surroundings.LIMITS.bodyBytesMax()),
            new ManagedEnvoy.Watch(Surroundings.CLOCK, gaveUp));
    owned.add(managed::end);
    return new GatewayEnvoy(managed.admin(), options.listen(), managed);
  }

  private static AdsSource source(GatewayOptions options, Path folder) {
    var tls = options.adsTls();
    return new AdsSource.Remote(
        options.installation(),
        options.ads().host(),
        options.ads().port(),
        tls == null ? null : new AdsSource.Files(tls, folder));
  }

  /// Where clients find it, once it is ready.
  HostPort address() throws IOException {
    return managed == null ? listen : listen.withPort(managed.settle());
  }

  @Nullable Long pid() {
    return managed == null ? null : managed.supervisor().pid();
  }

  Drain.Front front() {
    return managed == null ? Drain.Front.beside(admin) : Drain.Front.of(managed);
  }
}
