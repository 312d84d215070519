package dev.sluice.e2e.traffic;

import dev.sluice.testkit.RecordedTraffic;
import java.util.List;
import java.util.UUID;

/// Turns of new sessions, made of recorded ones.
final class Turns {

  /// Of an answer that was left before any of these, nobody can tell how much was thought, so an
  /// upper estimate is booked.
  static final List<String> VISIBLE =
      List.of("\"text_delta\"", "\"input_json_delta\"", "\"signature_delta\"");

  private Turns() {}

  /// A recorded request whose conversation is a new one, as each turn of a session is: system and
  /// tools come from the provider's cache, the messages do not.
  static RecordedTraffic.Request turn(String name, long nonce) {
    return RecordedTraffic.request(name).inSession(new UUID(nonce, nonce));
  }
}
