package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.anthropic.billing.Bill;
import dev.sluice.testkit.anthropic.billing.BillBook;
import dev.sluice.testkit.anthropic.billing.PriceTable;
import dev.sluice.testkit.anthropic.script.ApiCall;
import dev.sluice.testkit.anthropic.script.Script;
import dev.sluice.testkit.anthropic.script.ScriptBook;
import dev.sluice.testkit.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// A provider on loopback that behaves as the Anthropic API does, plays what a test scripts, and
/// keeps its own bill. It knows nothing of the code under test.
public final class AnthropicSimulator implements AutoCloseable {

  private static final Duration IDLE_WITHIN = Duration.ofSeconds(10);

  private final ScriptBook scripts = new ScriptBook();
  private final InFlight inFlight = new InFlight();
  private final Recorder recorder;
  private final BillBook bill;
  private final HttpServer server;

  private AnthropicSimulator(SimulatorConfig config) {
    recorder = new Recorder(config.retention());
    bill = new BillBook(config.retention().billEntriesMax());
    var api = new Api(config, scripts, recorder, bill, inFlight);
    server = HttpServer.start(config.port(), config.limits(), api);
  }

  public static AnthropicSimulator start(SimulatorConfig config) {
    return new AnthropicSimulator(config);
  }

  public static AnthropicSimulator start(PriceTable prices) {
    return start(SimulatorConfig.of(prices));
  }

  public int port() {
    return server.port();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /// The next messages calls that no rule takes play these, one each.
  public AnthropicSimulator next(Script... each) {
    scripts.next(List.of(each));
    return this;
  }

  /// Calls that match play these in turn; the last one stays. The first rule that matches wins.
  /// Calls that generate nothing (count_tokens, models) follow only rules that make them fail.
  public AnthropicSimulator when(Predicate<ApiCall> matches, Script... inTurn) {
    scripts.when(matches, List.of(inTurn));
    return this;
  }

  /// What calls play that no rule and no queued script takes.
  public AnthropicSimulator otherwise(Function<ApiCall, Script> answers) {
    scripts.otherwise(answers);
    return this;
  }

  /// Forgets all scripts; the record and the bill stay.
  public void clearScripts() {
    scripts.clear();
  }

  public Bill bill() {
    return bill.bill();
  }

  /// The bill once no exchange is in flight: a client has the last byte of its answer a moment
  /// before the answer is on the bill.
  ///
  /// @throws IllegalStateException when an exchange is still in flight after 10 s
  public Bill settledBill() {
    if (!awaitIdle(IDLE_WITHIN)) {
      throw new IllegalStateException(inFlight() + " exchanges in flight (expected: none)");
    }
    return bill();
  }

  /// The latest requests, oldest first.
  public List<ReceivedRequest> requests() {
    return recorder.requests();
  }

  /// How many requests arrived in all.
  public long received() {
    return recorder.received();
  }

  /// What arrived and should not have: forbidden headers, two credentials, malformed HTTP.
  public List<Violation> violations() {
    return recorder.violations();
  }

  public int inFlight() {
    return inFlight.count();
  }

  public int connections() {
    return server.connections();
  }

  /// True once no exchange is in flight, so that the bill is complete.
  public boolean awaitIdle(Duration wait) {
    return inFlight.awaitNone(wait);
  }

  @Override
  public void close() {
    server.close();
  }
}
