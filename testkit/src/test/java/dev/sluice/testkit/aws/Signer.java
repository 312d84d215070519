package dev.sluice.testkit.aws;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// Signs the requests of tests. What it shares with the verifier is checked by AWS's vectors.
public record Signer(AwsCredential credential, String region, String service) {

  private static final DateTimeFormatter BASIC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// Headers to send, as name, value, name, value; the client sends the host by itself.
  public String[] sign(String host, String target, byte[] body, Instant now) {
    var date = BASIC.format(now);
    var headers = new ArrayList<Header>();
    headers.add(new Header("host", host));
    headers.add(new Header("x-amz-date", date));
    credential
        .sessionToken()
        .ifPresent(token -> headers.add(new Header("x-amz-security-token", token)));
    var names = headers.stream().map(Header::name).toList();
    var request = new HttpRequest("POST", target, headers, body);
    var scope = List.of(date.substring(0, 8), region, service, "aws4_request");
    var canonical = CanonicalRequest.of(request, names).getBytes(StandardCharsets.UTF_8);
    var toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            date,
            String.join("/", scope),
            Hashes.hex(Hashes.sha256(canonical)));
    var key = ("AWS4" + credential.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    for (var part : scope) {
      key = Hashes.hmac(key, part);
    }
    var value =
        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(
                credential.accessKeyId(),
                String.join("/", scope),
                String.join(";", names),
                Hashes.hex(Hashes.hmac(key, toSign)));
    var sent = new ArrayList<>(List.of("authorization", value));
    headers.stream()
        .filter(header -> !header.named("host"))
        .forEach(header -> sent.addAll(List.of(header.name(), header.value())));
    return sent.toArray(String[]::new);
  }
}
