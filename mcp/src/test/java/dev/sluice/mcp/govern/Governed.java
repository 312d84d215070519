package dev.sluice.mcp.govern;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.ledger.Ledger;
import dev.sluice.mcp.govern.hold.HoldTimes;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Governed calls, with all that they leave behind.
final class Governed implements AutoCloseable {

  static final HoldTimes TIMES =
      new HoldTimes(
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  /// Of one whose ledger is there, however long it takes.
  static final HoldTimes PATIENT =
      new HoldTimes(
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20));

  final Ledger ledger;
  final KeptRecords records = new KeptRecords();
  final PrometheusRegistry registry = new PrometheusRegistry();

  /// What has become of keys that were let in: nothing, at first.
  final AtomicReference<Function<Admitted, Optional<Admitted>>> policy =
      new AtomicReference<>(Optional::of);

  final GovernedCalls calls;

  Governed(Ledger ledger) {
    this(ledger, InstantSource.system());
  }

  Governed(Ledger ledger, InstantSource clock) {
    this(ledger, clock, TIMES);
  }

  Governed(Ledger ledger, InstantSource clock, HoldTimes times) {
    this.ledger = ledger;
    this.calls =
        new GovernedCalls(
            ledger, records, clock, times, registry, admitted -> policy.get().apply(admitted));
  }

  static Call tool(String name, ObjectNode arguments) {
    var params = json().put("name", name);
    params.set("arguments", arguments);
    params.putObject("_meta").put("claudecode/toolUseId", "toolu_1");
    return Call.of("tools/call", params);
  }

  static Call echo(String text) {
    return tool("echo", json().put("text", text));
  }

  static ObjectNode json() {
    return JsonNodeFactory.instance.objectNode();
  }

  CallResult call(Keys key, OfferedServer server, Call call) {
    var name = call.params().path("name").stringValue("");
    return calls.call(key.caller(), server, name, call);
  }

  JsonNode result(Keys key, OfferedServer server, Call call) {
    return result(call(key, server, call));
  }

  static JsonNode result(CallResult result) {
    return result instanceof CallResult.Result(var json)
        ? json
        : org.assertj.core.api.Assertions.fail("no result: " + result);
  }

  String text(Keys key, OfferedServer server, Call call) {
    return text(result(key, server, call));
  }

  static String text(JsonNode result) {
    return result.path("content").path(0).path("text").stringValue("");
  }

  /// Makes a call so often at the same time.
  List<CallResult> atOnce(int times, Keys key, OfferedServer server, Call call) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, times)
              .mapToObj(_ -> threads.submit(() -> call(key, server, call)))
              .toList();
      var results = new java.util.ArrayList<CallResult>();
      for (var one : all) {
        results.add(one.get());
      }
      return results;
    }
  }

  Balance balance(Keys key) {
    return ledger.balances(List.of(key.limit())).getFirst();
  }

  @Override
  public void close() {
    calls.close();
  }
}
