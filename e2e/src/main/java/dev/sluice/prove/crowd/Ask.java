package dev.sluice.prove.crowd;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.billing.PriceTable;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// One request of one developer, as Claude Code once sent it, in a session of its own.
///
/// @param bytesMax after which the developer presses Esc; [#WHOLE] for never
/// @param exactBound what it can cost at most, by an exact count of its input
public record Ask(
    int number, RecordedTraffic.Request request, int bytesMax, BigDecimal exactBound) {

  static final int WHOLE = Integer.MAX_VALUE;

  /// The turns of a working day: a first turn, one after a tool, a sub-agent's, one of an older
  /// client with another model, and the title of a session.
  private static final List<String> RECORDED =
      List.of(
          "01-first-turn-p-2.1.329",
          "02-tool-turn-p-2.1.329",
          "09-subagent-2.1.329",
          "04-first-turn-sonnet-2.1.197",
          "10-aux-title-2.1.197");

  private static final int CANCELLED_EVERY = 3;

  /// Between the first visible text and the end of the shortest answer.
  private static final int CANCELLED_FROM_BYTES = 3_000;

  private static final int CANCELLED_STEP_BYTES = 250;
  private static final int CANCELLED_STEPS = 13;

  public static List<Ask> crowd(int requests, PriceTable prices) {
    return IntStream.range(0, requests).mapToObj(number -> of(number, prices)).toList();
  }

  private static Ask of(int number, PriceTable prices) {
    var name = RECORDED.get(number % RECORDED.size());
    // The first half of the id begins the conversation, so that it differs for every request.
    var session = new UUID((number + 1L) << Integer.SIZE | 0x4000L, number);
    var request = RecordedTraffic.request(name).inSession(session);
    var bound = ExactBound.of(request.http().body(), prices);
    return new Ask(number, request, bytesMax(number), bound);
  }

  private static int bytesMax(int number) {
    return number % CANCELLED_EVERY == CANCELLED_EVERY - 1
        ? CANCELLED_FROM_BYTES + number % CANCELLED_STEPS * CANCELLED_STEP_BYTES
        : WHOLE;
  }
}
