package dev.sluice.xds;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The file of certificate authorities that providers' certificates are checked against.
public record TrustStore(Path bundle) {

  private static final List<Path> BUNDLES =
      Stream.of(
              "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Alpine, Arch
              "/etc/pki/tls/certs/ca-bundle.crt", // Fedora, RHEL
              "/etc/ssl/ca-bundle.pem", // openSUSE
              "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL
              "/etc/ssl/cert.pem") // macOS, Alpine
          .map(Path::of)
          .toList();

  /// The file that `SSL_CERT_FILE` names, else the system's own.
  ///
  /// @throws IllegalStateException where there is none
  public static TrustStore system() {
    return find(System.getenv(), BUNDLES);
  }

  static TrustStore find(Map<String, String> environment, List<Path> bundles) {
    var named = environment.get("SSL_CERT_FILE");
    if (named != null) {
      if (!Files.isReadable(Path.of(named))) {
        throw new IllegalStateException(
            "SSL_CERT_FILE: %s (expected: a readable file)".formatted(named));
      }
      return new TrustStore(Path.of(named));
    }
    return bundles.stream()
        .filter(Files::isReadable)
        .findFirst()
        .map(TrustStore::new)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no CA bundle found (expected: SSL_CERT_FILE, or one of %s)"
                        .formatted(bundles)));
  }
}
