package dev.sluice.ledger.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A certificate authority of our own, made by the JDK's keytool.
///
/// @param folder where its files are
record Authority(Path folder) {

  private static final String PASSWORD = "s3cret";
  private static final List<String> ALWAYS =
      List.of("-keyalg", "EC", "-validity", "2", "-storetype", "PKCS12", "-storepass", PASSWORD);

  /// The PEM files of a certificate.
  record Pem(Path cert, Path key) {

    /// As options of a URL.
    String options() {
      return "&cert=" + cert + "&key=" + key;
    }
  }

  static Authority make(Path folder) throws Exception {
    var authority = new Authority(folder);
    authority.generate("ca", "-ext", "bc:c");
    authority.pem("ca");
    return authority;
  }

  Path ca() {
    return folder.resolve("ca.crt");
  }

  /// A certificate for a host or a client.
  Pem issue(String name) throws Exception {
    generate(name, "-signer", "ca", "-ext", "san=dns:" + name);
    return pem(name);
  }

  private void generate(String name, String... more) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name));
    command.addAll(List.of("-keystore", store().toString()));
    command.addAll(ALWAYS);
    command.addAll(List.of(more));
    var keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
  }

  private Path store() {
    return folder.resolve("store.p12");
  }

  private Pem pem(String name) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(store().toFile(), PASSWORD.toCharArray());
    var cert = encoded("CERTIFICATE", store.getCertificate(name).getEncoded());
    var key = encoded("PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded());
    return new Pem(
        Files.writeString(folder.resolve(name + ".crt"), cert),
        Files.writeString(folder.resolve(name + ".key"), key));
  }

  private static String encoded(String kind, byte[] content) {
    var lines = Base64.getMimeEncoder().encodeToString(content);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }
}
