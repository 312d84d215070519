package dev.sluice.standalone.envoy;

import dev.sluice.standalone.state.StateFolder;
import dev.sluice.xds.AdsSource;
import dev.sluice.xds.Bootstrap;
import dev.sluice.xds.BootstrapConfig;
import java.io.IOException;
import java.nio.file.Path;

/// What Envoy reads at its start.
public final class EnvoyFiles {

  private EnvoyFiles() {}

  /// Writes the bootstrap, and what leads Envoy to the certificates for its source.
  public static void write(Path bootstrap, BootstrapConfig config, Bootstrap.Listener listener)
      throws IOException {
    if (config.ads() instanceof AdsSource.Remote remote && remote.tls() != null) {
      for (var file : remote.tls().contents().entrySet()) {
        StateFolder.writePrivate(remote.tls().secrets().resolve(file.getKey()), file.getValue());
      }
    }
    StateFolder.writePrivate(bootstrap, Bootstrap.json(config, listener));
  }
}
