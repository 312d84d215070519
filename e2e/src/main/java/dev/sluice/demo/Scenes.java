package dev.sluice.demo;

import dev.sluice.demo.Terminal.Style;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What the two developers do. The provider's answers are fixed, so that every run is alike.
record Scenes(DemoWorld world, Ticker ticker, Terminal terminal) {

  private static final int READ_BYTES = 24_000;
  private static final Duration IDLE_WITHIN = Duration.ofSeconds(10);

  /// A few turns of a working day.
  void work() {
    title("alice asks for a file and a look at it; her key has $10 a day");
    world
        .provider()
        .next(
            Script.answer().thinkingOfTokens(80).tool("Bash", command("echo forty-two > a.txt")),
            Script.answer().thinkingOfTokens(40).tool("Bash", command("wc -c a.txt")),
            Script.answer().text("The file a.txt has ten bytes."));
    var read = world.assistant("alice").print("write forty-two into a.txt; how long is it?");
    settled();
    reads("alice", Style.PLAIN, read);
  }

  /// Esc in mid-answer: the provider bills what it had generated, and so does the ledger.
  void cancel() {
    title("alice presses Esc in the middle of a long answer");
    world.provider().next(Script.answer().textOfTokens(20_000).pace(Duration.ofMillis(2)));
    var recorded = RecordedTraffic.request("01-first-turn-p-2.1.329");
    try (var answer = world.client("alice").open(recorded).body()) {
      answer.readNBytes(READ_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settled();
    terminal.line("  She left before the usage came: the cost (~) is estimated, never too low.");
  }

  /// A budget of one dollar, until it refuses.
  void drain() {
    title("bob has $1 a day, and an agent that does not come to an end");
    world
        .provider()
        .otherwise(
            _ -> Script.answer().textOfTokens(6_000).tool("Bash", command("echo another turn")));
    var read = world.assistant("bob").print("work until the money is gone");
    settled();
    reads("bob", Style.BOLD, read);
    var refusals = world.refusals();
    if (refusals != 1) {
      throw new IllegalStateException(refusals + " requests were refused (expected: 1)");
    }
    terminal.line(
        "  One request was refused, nothing of it reached the provider, none was retried.");
  }

  private static Map<String, String> command(String line) {
    return Map.of("command", line);
  }

  private void title(String text) {
    terminal.line();
    terminal.line(Style.BOLD, text);
    ticker.headings();
  }

  private void reads(String name, Style style, String text) {
    terminal.line("  " + name + " reads:");
    terminal.wrapped(style, "    ", text);
  }

  /// Returns once the bill is complete and every exchange on it was printed.
  List<UsageLine> settled() {
    if (!world.provider().awaitIdle(IDLE_WITHIN)) {
      throw new IllegalStateException("the provider still answers after " + IDLE_WITHIN);
    }
    return ticker.awaitAll(world.provider().bill().entries());
  }
}
