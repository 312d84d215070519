package dev.sluice.mcp.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Messages that are no calls of tools: limits and records are those of calls, and they are free.
final class GovernedMessagesTest {

  private final Governed governed = new Governed(new MemoryLedger(InstantSource.system()));
  private final Keys alice = Keys.of("1");
  private final AtomicInteger runs = new AtomicInteger();
  private final OfferedServer server =
      OfferedServer.at(
          "0.25",
          _ -> {
            runs.incrementAndGet();
            return new CallResult.Result(Governed.json().put("said", "yes"));
          });

  @AfterEach
  void close() {
    governed.close();
  }

  private static Call message(String method, String field, String value) {
    return Call.of(method, Governed.json().put(field, value));
  }

  private static Call reading() {
    return message("resources/read", "uri", "file:///notes/1");
  }

  private CallResult pass(Keys key, OfferedServer to, Call call) {
    return governed.calls.pass(key.caller(), to, call);
  }

  private static String error(CallResult result) {
    assertThat(result).isInstanceOf(CallResult.Refused.class);
    var error = ((CallResult.Refused) result).error();
    assertThat(error.code()).isEqualTo(-32600);
    return error.message();
  }

  @Test
  void a_message_is_free_passes_as_it_is_and_leaves_one_record() {
    var result = Governed.result(pass(alice, server, reading()));
    assertThat(result).isEqualTo(Governed.json().put("said", "yes"));
    assertThat(governed.records.all()).hasSize(1);
    var usage = governed.records.last();
    assertThat(usage.requestId()).isEqualTo("req-1");
    assertThat(usage.key()).isEqualTo("alice");
    assertThat(usage.team()).isEqualTo("payments");
    assertThat(usage.session()).hasSize(16);
    assertThat(usage.server()).isEqualTo("notes");
    assertThat(usage.method()).isEqualTo("resources/read");
    assertThat(usage.name()).isEqualTo("file:///notes/1");
    assertThat(usage.digest()).isNull();
    assertThat(usage.inputBytes()).isEqualTo(25);
    assertThat(usage.resultBytes()).isEqualTo(14);
    assertThat(usage.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(usage.cost()).isEqualTo(NanoUsd.ZERO);
    assertThat(usage.ofTool()).isFalse();
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void a_record_has_what_a_message_names() {
    pass(alice, server, message("prompts/get", "name", "greet"));
    assertThat(governed.records.last().name()).isEqualTo("greet");
    var completing = Governed.json();
    completing.putObject("ref").put("type", "ref/prompt").put("name", "greet");
    pass(alice, server, Call.of("completion/complete", completing));
    assertThat(governed.records.last().name()).isEqualTo("greet");
    pass(alice, server, Call.of("acme/do", Governed.json()));
    assertThat(governed.records.last().method()).isEqualTo("acme/do");
    assertThat(governed.records.last().name()).isNull();
  }

  @Test
  void content_is_never_recorded_and_rules_read_the_address() {
    var recording = server.recording(true, true, "token=[a-z0-9]+");
    pass(alice, recording, message("resources/read", "uri", "wiki://1?token=abc&x"));
    assertThat(governed.records.last().name()).isEqualTo("wiki://1?[redacted]&x");
    assertThat(governed.records.last().input()).isNull();
    assertThat(governed.records.last().output()).isNull();
  }

  @Test
  void a_rate_of_requests_counts_messages_and_calls_together() {
    var key = alice.limited(Measure.REQUESTS, 3);
    pass(key, server, reading());
    pass(key, server, Call.of("acme/do", Governed.json()));
    governed.call(key, server, Governed.echo("x"));
    assertThat(error(pass(key, server, reading())))
        .startsWith("Rate limit of key alice is reached: 3 requests a year");
    assertThat(runs.get()).isEqualTo(3);
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(governed.records.last().reason()).isEqualTo("rate_limited");
  }

  @Test
  void a_limit_of_requests_at_once_counts_a_message_until_it_ends() throws Exception {
    var key = alice.limited(Measure.CONCURRENT, 1);
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var slow =
        OfferedServer.at(
            "0",
            _ -> {
              begun.countDown();
              awaited(end);
              return new CallResult.Result(Governed.json());
            });
    var thread = Thread.startVirtualThread(() -> pass(key, slow, reading()));
    begun.await();
    assertThat(error(pass(key, server, reading())))
        .startsWith("Rate limit of key alice (1 request at once) is held by requests in flight");
    end.countDown();
    thread.join();
    assertThat(Governed.result(pass(key, server, reading()))).isNotNull();
    await().until(() -> governed.records.all().size() == 3);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_spent_budget_refuses_no_message_and_a_key_that_has_ended_every_one() {
    assertThat(Governed.result(pass(Keys.of("0"), server, reading()))).isNotNull();
    assertThat(error(pass(alice.withSuspension(), server, reading())))
        .isEqualTo("key alice is suspended");
    var expired = alice.expiring(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(error(pass(expired, server, reading())))
        .isEqualTo("key alice expired at 2020-01-01T00:00:00Z");
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void what_a_server_did_not_answer_passes_as_that() {
    var failed =
        CallResult.failed(CallFailure.Reason.CUT, CallFailure.Effect.MAY_HAVE_RUN, "it broke off");
    assertThat(pass(alice, OfferedServer.at("1", _ -> failed), reading())).isEqualTo(failed);
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(governed.records.last().reason()).isEqualTo("cut");
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.ZERO);
    assertThat(governed.balance(alice).held()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void servers_of_two_namespaces_are_told_apart_by_records_and_meters() {
    pass(alice, server, reading());
    var other = server.named(new ObjectName("tools", "notes"));
    pass(alice, other, reading());
    assertThat(governed.records.last().server()).isEqualTo("tools/notes");
    governed.call(alice, other, Governed.echo("x"));
    assertThat(governed.records.last().server()).isEqualTo("tools/notes");
    assertThat(counted("sluice_tool_messages", "notes", "resources/read")).isEqualTo(1);
    assertThat(counted("sluice_tool_messages", "tools/notes", "resources/read")).isEqualTo(1);
  }

  @Test
  void methods_that_clients_invent_are_one_in_meters() {
    pass(alice, server, Call.of("acme/one", Governed.json()));
    pass(alice, server, Call.of("acme/two", Governed.json()));
    assertThat(counted("sluice_tool_messages", "notes", "other")).isEqualTo(2);
  }

  private double counted(String name, String server, String method) {
    var labels = Labels.of("method", method, "outcome", "completed", "server", server);
    return governed.registry.scrape(name::equals).stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> point.getLabels().equals(labels))
        .map(CounterDataPointSnapshot.class::cast)
        .mapToDouble(point -> point.getValue())
        .sum();
  }
}
