package dev.sluice.testkit.google;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import tools.jackson.databind.node.JsonNodeFactory;

/// A service account with the one key that Google knows of it.
public record ServiceAccount(String email, String project, String keyId, KeyPair keys) {

  private static final int KEY_BITS = 2_048;

  public static ServiceAccount of(String project) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      return new ServiceAccount(
          "gateway@" + project + ".iam.gserviceaccount.com",
          project,
          "0123456789abcdef0123456789abcdef01234567",
          generator.generateKeyPair());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: RSA is part of every JDK", e);
    }
  }

  /// The key file, as Google's console gives it out.
  public String keyFile(String tokenUri) {
    var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    var key = encoder.encodeToString(keys.getPrivate().getEncoded());
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "service_account")
        .put("project_id", project)
        .put("private_key_id", keyId)
        .put("private_key", "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n")
        .put("client_email", email)
        .put("client_id", "100000000000000000001")
        .put("token_uri", tokenUri)
        .put("universe_domain", "googleapis.com")
        .toString();
  }

  @Override
  public String toString() {
    return "ServiceAccount[" + email + "]";
  }
}
