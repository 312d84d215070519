package dev.sluice.ledger.redis.link;

import dev.sluice.ledger.LedgerUnavailableException;
import io.lettuce.core.SslOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The PEM files of a connection with TLS. They are read anew for each connection, so that
/// certificates can be renewed while the gateway runs.
///
/// @param ca whom to trust; null: whom the JDK trusts
/// @param cert our own certificate and those that lead to its CA; null: we have none
/// @param key the key of `cert`, as PKCS #8 without a passphrase
record TlsFiles(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {

  static final TlsFiles NONE = new TlsFiles(null, null, null);

  /// @throws LedgerUnavailableException where a file cannot be read
  SslOptions options() {
    var options = SslOptions.builder().jdkSslProvider();
    if (ca != null) {
      options.trustManager(readable("ca", ca).toFile());
    }
    if (cert != null && key != null) {
      options.keyManager(readable("cert", cert).toFile(), readable("key", key).toFile(), null);
    }
    return options.build();
  }

  private static Path readable(String name, Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new LedgerUnavailableException(
          "redis: " + name + ": " + file + " (expected: a PEM file that can be read)", null);
    }
    return file;
  }
}
