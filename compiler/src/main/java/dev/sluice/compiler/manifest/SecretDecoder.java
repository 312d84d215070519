package dev.sluice.compiler.manifest;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Decodes a Secret as Kubernetes does: `data` is base64, `stringData` is plain and wins.
final class SecretDecoder {

  private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

  private SecretDecoder() {}

  static SecretValues decode(SecretManifest secret, Binder binder) {
    var type = secret.type();
    if (type != null && !type.equals("Opaque")) {
      binder.find("type", new Fault.Unexpected(Shown.text(type), "Opaque"));
    }
    var values = new TreeMap<String, String>();
    secret
        .data()
        .forEach(
            (key, value) -> {
              checkKey("data", key, binder);
              values.put(key, decoded(key, value, binder));
            });
    secret
        .stringData()
        .forEach(
            (key, value) -> {
              checkKey("stringData", key, binder);
              values.put(key, value);
            });
    return new SecretValues(values);
  }

  private static void checkKey(String field, String key, Binder binder) {
    if (!KEY.matcher(key).matches()) {
      var expected = "letters, digits, \"-\", \"_\" and \".\", at most 253";
      binder.find(field, new Fault.Unexpected(Shown.text(key), expected));
    }
  }

  private static String decoded(String key, String value, Binder binder) {
    try {
      // Kubernetes allows line breaks within base64, which the basic decoder does not.
      var bytes = Base64.getDecoder().decode(value.replaceAll("[\\r\\n]", ""));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException _) {
      var expected = "base64; plain text goes to stringData";
      binder.find("data." + key, new Fault.Unexpected("(hidden)", expected));
    } catch (CharacterCodingException _) {
      binder.find("data." + key, new Fault.Unexpected("(hidden)", "text once it is decoded"));
    }
    return "";
  }
}
