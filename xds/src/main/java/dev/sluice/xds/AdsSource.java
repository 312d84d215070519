package dev.sluice.xds;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where an Envoy finds its configuration.
public sealed interface AdsSource {

  /// Beside the other services, on the Unix socket.
  record Local() implements AdsSource {}

  /// At another process, which may be away: until it has answered once, Envoy does not listen.
  ///
  /// @param group the Envoys that get the same: the cluster of their nodes
  /// @param tls null: plaintext
  record Remote(String group, String host, int port, @Nullable Files tls) implements AdsSource {

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    /// How a certificate names the host.
    String nameType() {
      return ADDRESS.matcher(host).matches() ? "IP_ADDRESS" : "DNS";
    }
  }

  /// What mutual TLS needs; Envoy reads it anew when it changes.
  ///
  /// @param folder has `ca.crt`, `tls.crt` and `tls.key`. A change is noticed where a file is moved
  ///   into it, as Kubernetes does with a Secret
  /// @param secrets where those of [#contents] are
  record Files(Path folder, Path secrets) {

    /// The files that tell Envoy where the others are, by name.
    public Map<String, String> contents() {
      var values = Map.of("folder", folder.toString());
      return Map.of(
          "ads-certificate.json", Template.of("ads-certificate.json").json(values),
          "ads-authority.json", Template.of("ads-authority.json").json(values));
    }
  }
}
