package dev.sluice.testkit.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A certificate of its own for servers on loopback, made by the JDK's keytool.
///
/// @param store has the key, and is also what clients in Java trust
public record LoopbackCertificate(Path store) {

  public static final String PASSWORD = "simulated";

  public static LoopbackCertificate in(Path folder) {
    var store = folder.resolve("loopback.p12");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "loopback",
            "-keyalg",
            "EC",
            "-dname",
            "CN=loopback",
            "-ext",
            "san=ip:127.0.0.1",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString());
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(told);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return new LoopbackCertificate(store);
  }

  public ServerSocketFactory sockets() {
    try (var file = Files.newInputStream(store)) {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(file, PASSWORD.toCharArray());
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context.getServerSocketFactory();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: a store that keytool made is no store", e);
    }
  }
}
