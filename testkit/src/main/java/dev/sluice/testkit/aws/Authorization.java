package dev.sluice.testkit.aws;

import dev.sluice.testkit.cloud.CloudRefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An `Authorization: AWS4-HMAC-SHA256` header, taken apart.
///
/// @param date of the credential's scope, as `20150830`
record Authorization(
    String accessKeyId,
    String date,
    String region,
    String service,
    List<String> signedHeaders,
    String signature) {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String TERMINATOR = "aws4_request";

  Authorization {
    signedHeaders = List.copyOf(signedHeaders);
  }

  /// Where the credential holds, from day to service.
  String scope() {
    return String.join("/", date, region, service, TERMINATOR);
  }

  static Authorization parse(String header) {
    var parts = parts(header);
    var missing =
        Stream.of("Credential", "Signature", "SignedHeaders")
            .filter(name -> !parts.containsKey(name))
            .map("Authorization header requires '%s' parameter."::formatted)
            .toList();
    if (!header.startsWith(ALGORITHM + " ") || !missing.isEmpty()) {
      throw incomplete(String.join(" ", missing));
    }
    var scope = parts.getOrDefault("Credential", "").split("/", -1);
    if (scope.length != 5 || !scope[4].equals(TERMINATOR)) {
      throw incomplete(
          "Credential must have exactly 5 slash-delimited elements, e.g."
              + " keyid/date/region/service/term");
    }
    var signed = List.of(parts.getOrDefault("SignedHeaders", "").split(";", -1));
    return new Authorization(
        scope[0], scope[1], scope[2], scope[3], signed, parts.getOrDefault("Signature", ""));
  }

  private static Map<String, String> parts(String header) {
    var parts = new HashMap<String, String>();
    for (var part : header.substring(header.indexOf(' ') + 1).split(",", -1)) {
      var pair = part.strip().split("=", 2);
      parts.put(pair[0], pair.length == 2 ? pair[1] : "");
    }
    return parts;
  }

  private static CloudRefusedException incomplete(String problem) {
    return new CloudRefusedException(400, "IncompleteSignatureException", problem);
  }
}
