package dev.sluice.e2e.failover;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// How a provider fails, at random: it plays a turn of the task as it should be, or one of the
/// failures in its place.
final class Played {

  /// One call of so many fails.
  private static final int FAILS_ONE_OF = 3;

  private static final int CUT_BYTES_MAX = 3_000;

  /// Beyond the first event.
  private static final int RESET_BYTES_MIN = 800;

  /// What was sent before a reset is lost where it was not read by then.
  private static final Duration READ_WITHIN = Duration.ofMillis(100);

  private static final String SHORT = "cut short";
  private static final String RESET = "cut by a reset";
  private static final List<String> OF_STREAMS = List.of(SHORT, RESET);

  private static final int EVENT_TOKENS = 20;
  private static final int EVENTS_MAX = 8;

  /// A model writes an event in no less: 500 tokens a second.
  private static final Duration WRITTEN_WITHIN = Duration.ofMillis(10);

  private static final Duration REST = Duration.ofSeconds(1);

  /// Longer than the plan waits for a first byte.
  private static final Duration TOO_SLOW = Duration.ofSeconds(4);

  /// @param of what it makes of a turn
  private record Failure(String name, int weight, UnaryOperator<Script> of) {}

  private final SplittableRandom random;
  private final List<Failure> failures;
  private final List<Failure> deck = new LinkedList<>();
  private final Map<String, Long> counts = new TreeMap<>();

  Played(SplittableRandom random) {
    this.random = random;
    this.failures =
        List.of(
            new Failure("429", 6, _ -> Script.rateLimited()),
            new Failure("429, rest", 1, _ -> Script.rateLimited().retryAfter(REST)),
            new Failure("529", 6, _ -> Script.overloaded()),
            new Failure("500", 4, _ -> Script.fails(500, "api_error", "Internal server error")),
            new Failure("503", 4, _ -> Script.page(503, "text/html", "<html>away</html>")),
            new Failure("408", 2, _ -> Script.fails(408, "timeout_error", "too slow")),
            new Failure("401", 2, _ -> Script.fails(401, "authentication_error", "who are you")),
            new Failure("403", 2, _ -> Script.fails(403, "permission_error", "not for you")),
            new Failure("reset", 4, _ -> Script.hangUp(Ending.RST)),
            new Failure("closed", 4, _ -> Script.hangUp(Ending.FIN)),
            new Failure("lost", 2, turn -> turn.pace(WRITTEN_WITHIN).lost(Ending.RST)),
            new Failure("too slow", 1, turn -> turn.stall(TOO_SLOW)),
            new Failure("cut", 3, this::cut),
            new Failure(SHORT, 2, this::cutShort),
            new Failure(RESET, 2, this::reset),
            new Failure("error event", 4, turn -> turn.errorAfter(events(), "api_error", "Oops")));
  }

  private Script cut(Script turn) {
    return turn.cutAt(1 + random.nextInt(CUT_BYTES_MAX), Ending.FIN);
  }

  /// Without a broken connection only a stream shows that it was cut.
  private Script cutShort(Script turn) {
    return turn.cutAt(1 + random.nextInt(CUT_BYTES_MAX), Ending.CLEAN);
  }

  private Script reset(Script turn) {
    int bytes = RESET_BYTES_MIN + random.nextInt(CUT_BYTES_MAX);
    return turn.tokensPerEvent(EVENT_TOKENS).pace(READ_WITHIN).cutAt(bytes, Ending.RST);
  }

  private int events() {
    return 1 + random.nextInt(EVENTS_MAX);
  }

  /// What a call plays.
  synchronized Script script(ApiCall call) {
    var turn = Task.turn(call).pace(Duration.ofMillis(random.nextInt(6)));
    if (random.nextInt(FAILS_ONE_OF) > 0) {
      return turn;
    }
    var failure = draw(call);
    counts.merge(failure.name(), 1L, Long::sum);
    return failure.of().apply(turn);
  }

  /// From a shuffled deck, so that each comes as often as it should in every hundred or so.
  private Failure draw(ApiCall call) {
    while (true) {
      for (var failure : deck) {
        if (!OF_STREAMS.contains(failure.name()) || isShownBefore(call)) {
          deck.remove(failure);
          return failure;
        }
      }
      failures.forEach(one -> deck.addAll(Collections.nCopies(one.weight(), one)));
      Collections.shuffle(deck, random);
    }
  }

  /// A stream whose first event is short: that of a response repeats the request.
  private static boolean isShownBefore(ApiCall call) {
    return call.streams() && !call.path().endsWith("/responses");
  }

  /// How often each failure was played, by its name.
  synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /// All that are to be played.
  List<String> names() {
    return failures.stream().map(Failure::name).toList();
  }

  /// How long a provider that leaves stays away.
  synchronized Duration away() {
    return Duration.ofMillis(200 + random.nextInt(800));
  }

  /// One of them, chosen at random.
  synchronized Simulator anyOf(List<Simulator> simulators) {
    return simulators.get(random.nextInt(simulators.size()));
  }
}
