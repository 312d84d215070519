package dev.sluice.e2e.traffic;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/// Turns of new sessions, made of recorded ones.
final class Turns {

  /// Of an answer that was left before any of these, nobody can tell how much was thought, so an
  /// upper estimate is booked.
  static final List<String> VISIBLE =
      List.of("\"text_delta\"", "\"input_json_delta\"", "\"signature_delta\"");

  private static final Duration FINAL_WITHIN = Duration.ofSeconds(20);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final Optional<String> FINAL = Optional.of("false");

  private Turns() {}

  /// As Claude Code does: whatever is not final is sent again, for one that the provider was too
  /// slow to count.
  static HttpResponse<byte[]> untilFinal(RecordedClient client, RecordedTraffic.Request turn) {
    return Awaitility.await()
        .atMost(FINAL_WITHIN)
        .pollDelay(Duration.ZERO)
        .pollInterval(RETRY_AFTER)
        .until(
            () -> client.whole(turn),
            answer ->
                answer.statusCode() == 200
                    || answer.headers().firstValue("x-should-retry").equals(FINAL));
  }

  /// A recorded request whose conversation is a new one, as each turn of a session is: system and
  /// tools come from the provider's cache, the messages do not.
  static RecordedTraffic.Request turn(String name, long nonce) {
    return RecordedTraffic.request(name).inSession(new UUID(nonce, nonce));
  }
}
