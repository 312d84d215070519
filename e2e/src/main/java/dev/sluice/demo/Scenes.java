package dev.sluice.demo;

import dev.sluice.demo.parts.Terminal;
import dev.sluice.demo.parts.Terminal.Style;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What the two developers do. The provider's answers are fixed, so that every run is alike.
record Scenes(DemoWorld world, Ticker ticker, Terminal terminal) {

  private static final int READ_BYTES = 14_000;

  /// Paced, so that the client is gone long before it ends.
  private static final Script LONG_TEXT =
      Script.answer().textOfTokens(20_000).tokensPerEvent(10).pace(Duration.ofMillis(15));

  private static final Script LONG_THOUGHT =
      Script.answer()
          .thinkingOfTokens(40_000)
          .tool("Bash", command("echo another turn"))
          .tokensPerEvent(200);

  private static final Duration IDLE_WITHIN = Duration.ofSeconds(10);

  /// A few turns of a working day.
  void work() {
    title("alice has $10 a day, and asks Claude Code for a file");
    world
        .provider()
        .next(
            Script.answer().thinkingOfTokens(80).tool("Bash", command("echo forty-two > a.txt")),
            Script.answer().textOfTokens(400).tool("Bash", command("wc -c a.txt")),
            Script.answer().text("The file a.txt has ten bytes."));
    var read = world.assistant("alice").print("write forty-two into a.txt; how long is it?");
    settled();
    reads("alice", read);
  }

  /// Esc in mid-answer: the provider bills what it had generated, and so does the ledger.
  void cancel() {
    title("alice presses Esc in the middle of a long answer");
    world.provider().next(LONG_TEXT);
    var recorded = RecordedTraffic.request("03-first-turn-tui-2.1.329");
    try (var answer = world.client("alice").open(recorded).body()) {
      answer.readNBytes(READ_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!settled().getLast().estimated()) {
      throw new IllegalStateException("the cancelled exchange ended with its usage");
    }
    terminal.line(
        "  The answer ended before its usage came: the cost (~) is estimated from what passed.");
  }

  /// A small budget, until it refuses.
  void drain() {
    title("bob has $5 a day, and an agent that does not come to an end");
    world.provider().otherwise(_ -> LONG_THOUGHT);
    var read = world.assistant("bob").print("think until the money is gone");
    var usage = settled();
    reads("bob", read);
    expect("refused requests", world.gateway().refusals(), 1);
    expect("questions that reached the provider", questions(), usage.size());
    terminal.line("  It was one request: it did not reach the provider, and was not sent again.");
  }

  private static void expect(String what, long found, long expected) {
    if (found != expected) {
      throw new IllegalStateException("%s: %d (expected: %d)".formatted(what, found, expected));
    }
  }

  private static Map<String, String> command(String line) {
    return Map.of("command", line);
  }

  private void title(String text) {
    terminal.line();
    terminal.line(Style.BOLD, text);
    ticker.headings();
  }

  private void reads(String name, String text) {
    terminal.line("  " + name + " reads:");
    terminal.wrapped(Style.YELLOW, "    ", text);
  }

  /// Returns once the bill is complete and every exchange on it was printed. What the provider was
  /// asked for an answer; where money is tight, the gateway has it count too.
  private long questions() {
    return world.provider().requests().stream()
        .filter(request -> request.path().equals("/v1/messages"))
        .count();
  }

  /// Returns once the bill is complete and every exchange on it was printed.
  List<UsageLine> settled() {
    if (!world.provider().awaitIdle(IDLE_WITHIN)) {
      throw new IllegalStateException("the provider still answers after " + IDLE_WITHIN);
    }
    return ticker.awaitAll(world.provider().bill().entries());
  }
}
