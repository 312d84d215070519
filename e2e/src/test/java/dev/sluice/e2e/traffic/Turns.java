package dev.sluice.e2e.traffic;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Turns of new sessions, made of recorded ones.
final class Turns {

  /// Of an answer that was left before any of these, nobody can tell how much was thought, so an
  /// upper estimate is booked.
  static final List<String> VISIBLE =
      List.of("\"text_delta\"", "\"input_json_delta\"", "\"signature_delta\"");

  private static final String FIRST_TEXT = "\"type\":\"text\",\"text\":\"";

  private Turns() {}

  /// A recorded request whose conversation is a new one, as each turn of a session is: system and
  /// tools come from the provider's cache, the messages do not.
  static RecordedTraffic.Request turn(String name, long nonce) {
    var recorded = RecordedTraffic.request(name);
    var http = recorded.http();
    var body = new String(http.body(), StandardCharsets.ISO_8859_1);
    int text = body.indexOf(FIRST_TEXT) + FIRST_TEXT.length();
    var changed =
        body.substring(0, text)
            + HexFormat.of().toHexDigits(nonce)
            + body.substring(text + HexFormat.of().toHexDigits(nonce).length());
    return new RecordedTraffic.Request(
        name,
        new HttpRequest(
            http.method(),
            http.target(),
            http.headers(),
            changed.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
