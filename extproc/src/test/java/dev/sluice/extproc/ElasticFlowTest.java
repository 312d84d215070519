package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A key of one dollar, and requests that ask for more: answers as Envoy shows them.
class ElasticFlowTest {

  private static final String START =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
          + "{\"input_tokens\":20,\"output_tokens\":1}}}\n\n";
  private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
  private static final String END =
      "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":"
          + "{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2700}}\n\n"
          + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

  private final ManualClock clock = new ManualClock();
  private final SwitchableLedger ledger = new SwitchableLedger(new MemoryLedger(clock));
  private final TestGateway gateway = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Request request(String more) {
    return Request.post(
        "poor", "{\"model\":\"claude-opus-5-5\",\"messages\":[]," + more + "\"max_tokens\":64000}");
  }

  /// Ten words are eleven pieces, of 1.5 tokens each and 1 % before anything was learned.
  private static final double EVENT_TOKENS = 11 * 1.5 * 1.01;

  private static final String EVENT =
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
          + "\"delta\":{\"type\":\"text_delta\",\"text\":\""
          + "word ".repeat(10)
          + "\"}}\n\n";

  /// Events of about so many tokens; what is on its way besides is estimated at 93.
  private static String text(int tokens) {
    return EVENT.repeat((int) (tokens / EVENT_TOKENS));
  }

  /// What Envoy and the gateway say about one exchange.
  private final class Conversation {

    private final BlockingQueue<Object> replies = new LinkedBlockingQueue<>();
    private final StreamObserver<ProcessingRequest> stream = gateway.open(replies);
    final Said sent;

    Conversation(Request request) {
      stream.onNext(TestGateway.head(request));
      var mode = TestGateway.next(replies).getModeOverride();
      assertThat(mode.getRequestBodyMode()).isEqualTo(BodySendMode.BUFFERED);
      assertThat(mode.getResponseHeaderMode()).isEqualTo(HeaderSendMode.SEND);
      var body = HttpBody.newBuilder().setBody(ByteString.copyFrom(request.body()));
      stream.onNext(
          ProcessingRequest.newBuilder().setRequestBody(body.setEndOfStream(true)).build());
      sent = new Said(request, TestGateway.next(replies), true);
      assertThat(sent.forwarded()).isTrue();
    }

    ProcessingResponse begin(String status, String contentType) {
      var headers =
          HeaderMap.newBuilder()
              .addHeaders(header(":status", status))
              .addHeaders(header("content-type", contentType));
      stream.onNext(
          ProcessingRequest.newBuilder()
              .setResponseHeaders(HttpHeaders.newBuilder().setHeaders(headers))
              .build());
      return TestGateway.next(replies);
    }

    Conversation begun() {
      var reply = begin("200", "text/event-stream; charset=utf-8");
      assertThat(reply.getModeOverride().getResponseBodyMode())
          .isEqualTo(BodySendMode.FULL_DUPLEX_STREAMED);
      assertThat(reply.getResponseHeaders().getResponse().getHeaderMutation())
          .satisfies(m -> assertThat(m.getRemoveHeadersList()).contains("content-length"));
      return this;
    }

    void part(String text, boolean last) {
      var body = HttpBody.newBuilder().setBody(ByteString.copyFromUtf8(text)).setEndOfStream(last);
      stream.onNext(ProcessingRequest.newBuilder().setResponseBody(body).build());
    }

    StreamedBodyResponse passed() {
      return TestGateway.next(replies)
          .getResponseBody()
          .getResponse()
          .getBodyMutation()
          .getStreamedResponse();
    }

    void assertPasses(String text) {
      part(text, false);
      var passed = passed();
      assertThat(passed.getBody().toStringUtf8()).isEqualTo(text);
      assertThat(passed.getEndOfStream()).isFalse();
    }

    void assertSilent() {
      assertThat(replies).isEmpty();
    }
  }

  private static HeaderValue header(String name, String value) {
    return HeaderValue.newBuilder()
        .setKey(name)
        .setRawValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private double counter(String name) {
    return gateway.registry.scrape(name::equals).stream()
        .flatMap(found -> ((CounterSnapshot) found).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private NanoUsd held() {
    return ledger.balances(Policies.budgets("poor")).getFirst().held();
  }

  private void hold(String usd) {
    var budgets = List.<Limit>copyOf(Policies.budgets("poor"));
    var amounts = Amounts.usd(NanoUsd.parse(usd));
    ledger
        .reserve(new HoldRequest("other", budgets, amounts, amounts, "", Duration.ofMinutes(5)))
        .join();
  }

  @Test
  void a_hold_pays_for_the_start_and_max_tokens_is_what_the_budget_covers() {
    var conversation = new Conversation(request("\"stream\":true,"));
    // 4,096 tokens are $0.1024; the rest is for the small question.
    assertThat(held()).isBetween(NanoUsd.parse("0.1024"), NanoUsd.parse("0.112"));
    assertThat(Integer.parseInt(conversation.sent.replyHeaders().get(DataPlane.MAX_TOKENS_FIELD)))
        .isBetween(39_000, 40_000);
  }

  @Test
  void many_run_beside_each_other() {
    for (int i = 0; i < 9; i++) {
      var _ = new Conversation(request("\"stream\":true,"));
    }
    assertThat(gateway.send(request("\"stream\":true,")).text()).contains("rate_limit_error");
    // A try may stand that nobody heard of, and be released later: no other has its id.
    assertThat(ledger.ids).hasSize(ledger.asked.get()).hasSizeGreaterThan(12);
  }

  @Test
  void an_answer_in_one_piece_is_held_for_in_full() {
    gateway.send(request(""));
    assertThat(held()).isGreaterThan(NanoUsd.parse("0.99"));
  }

  @Test
  void thinking_out_of_sight_is_watched_only_where_it_is_told() {
    var thinks = "\"stream\":true,\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},";
    var told = request(thinks).with("anthropic-beta", "thinking-token-count-2026-05-13");
    var _ = new Conversation(told);
    assertThat(held()).isLessThan(NanoUsd.parse("0.112"));
    gateway.send(request(thinks));
    assertThat(held()).isGreaterThan(NanoUsd.parse("0.99"));
  }

  @Test
  void what_is_no_stream_passes_unseen() {
    var conversation = new Conversation(request("\"stream\":true,"));
    var reply = conversation.begin("529", "application/json");
    assertThat(reply.hasModeOverride()).isFalse();
    Awaitility.await().until(() -> conversation.replies.contains("completed"));
  }

  @Test
  void pings_pass_at_once_and_cost_nothing() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.assertPasses(START);
    for (int i = 0; i < 200; i++) {
      conversation.assertPasses(PING);
    }
    assertThat(ledger.extensions).hasValue(0);
  }

  @Test
  void an_event_passes_once_it_is_whole() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.part(START + PING.substring(0, 9), false);
    assertThat(conversation.passed().getBody().toStringUtf8()).isEqualTo(START);
    conversation.part(PING.substring(9, 12), false);
    conversation.assertSilent();
    conversation.part(PING.substring(12) + PING, false);
    assertThat(conversation.passed().getBody().toStringUtf8()).isEqualTo(PING + PING);
    conversation.part(PING.substring(0, 5), true);
    var last = conversation.passed();
    assertThat(last.getBody().toStringUtf8()).isEqualTo(PING.substring(0, 5));
    assertThat(last.getEndOfStream()).isTrue();
  }

  @Test
  void the_hold_grows_ahead_of_the_answer() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    var first = held();
    conversation.assertPasses(START + text(2_800));
    assertThat(ledger.extensions).hasValue(0);
    conversation.assertPasses(text(300));
    assertThat(ledger.extensions).hasValue(1);
    // 2,048 tokens more.
    assertThat(held().minus(first)).isEqualTo(NanoUsd.parse("0.0512"));
    conversation.part(END, true);
    assertThat(conversation.passed().getEndOfStream()).isTrue();
  }

  @Test
  void nothing_passes_that_is_not_paid_for() {
    var slow = new CompletableFuture<String>();
    ledger.extendAfter = slow;
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.assertPasses(START + text(3_500));
    conversation.part(text(600), false);
    conversation.part(text(50), false);
    Awaitility.await().untilAsserted(() -> assertThat(ledger.extensions).hasValue(1));
    conversation.assertSilent();
    slow.complete("now");
    assertThat(conversation.passed().getBody().toStringUtf8()).isEqualTo(text(600) + text(50));
  }

  @Test
  void an_answer_that_is_finished_passes_whatever_the_ledger_says() {
    ledger.extendAfter = new CompletableFuture<String>();
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.assertPasses(START + text(3_600));
    conversation.part(text(400), false);
    conversation.part(END, false);
    assertThat(conversation.passed().getBody().toStringUtf8()).isEqualTo(text(400) + END);
  }

  @Test
  void an_answer_ends_with_a_sentence_within_its_hold() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    hold("0.8875");
    conversation.assertPasses(START + text(3_500));
    conversation.part(text(400), false);
    var last = conversation.passed();
    assertThat(last.getEndOfStream()).isTrue();
    assertThat(last.getBody().toStringUtf8())
        .startsWith(text(400) + "event: error\ndata: {\"type\":\"error\",")
        .contains("rate_limit_error", "Budget of key poor is held by requests in flight")
        .endsWith("}\n\n");
    conversation.part(text(50), false);
    conversation.part(END, true);
    conversation.assertSilent();
    assertThat(counter("sluice_cut_answers")).isOne();
  }

  @Test
  void money_that_is_spent_ends_an_answer_for_good() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    hold("0.8875");
    ledger.settle("other", Charge.usd(NanoUsd.parse("0.8875"))).join();
    conversation.assertPasses(START + text(3_500));
    conversation.part(text(400), false);
    assertThat(conversation.passed().getBody().toStringUtf8())
        .contains("billing_error", "Budget of key poor has too little left for this request");
    assertThat(counter("sluice_hold_extensions")).isOne();
  }

  @Test
  void a_ledger_that_is_away_ends_an_answer_that_is_not_paid_for() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    ledger.away = true;
    conversation.assertPasses(START + text(3_500));
    conversation.part(text(400), false);
    assertThat(conversation.passed().getBody().toStringUtf8())
        .contains("api_error", "the gateway cannot check budgets at the moment");
    ledger.away = false;
  }

  @Test
  void a_client_that_leaves_while_the_hold_grows_leaves_nothing_held() {
    var slow = new CompletableFuture<String>();
    ledger.extendAfter = slow;
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.assertPasses(START + text(3_500));
    Awaitility.await().untilAsserted(() -> assertThat(ledger.extensions).hasValue(1));
    gateway.end(
        conversation.sent,
        200,
        ResponseFlags.newBuilder().setDownstreamConnectionTermination(true).build(),
        Map.of(
            DataPlane.METER_START,
            Value.newBuilder()
                .setStringValue("{\"message\":{\"usage\":{\"input_tokens\":20}}}")
                .build(),
            DataPlane.METER_VISIBLE,
            Value.newBuilder().setStringValue("2400,0,0,2400,-1,12000").build()));
    Awaitility.await().until(() -> gateway.usage.size() == 1);
    conversation.stream.onError(new java.util.concurrent.CancellationException());
    slow.complete("too late");
    assertThat(held()).isEqualTo(NanoUsd.ZERO);
    assertThat(gateway.usage.getFirst().cost())
        .isBetween(NanoUsd.parse("0.06"), NanoUsd.parse("0.1025"));
    assertThat(counter("sluice_hold_overruns")).isZero();
  }

  @Test
  void a_provider_that_has_outrun_a_hold_is_held_for_in_full_for_an_hour() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.part(START + text(8_000) + END, false);
    gateway.end(
        conversation.sent,
        200,
        ResponseFlags.getDefaultInstance(),
        Map.of(
            DataPlane.METER_START, string("{\"message\":{\"usage\":{\"input_tokens\":20}}}"),
            DataPlane.METER_DELTA, string("{\"usage\":{\"output_tokens\":8000}}"),
            DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build()));
    Awaitility.await().until(() -> gateway.usage.size() == 1);
    assertThat(counter("sluice_hold_overruns")).isOne();
    assertThat(gateway.usage.getFirst().cost()).isEqualTo(NanoUsd.parse("0.2001"));
    var next = gateway.send(request("\"stream\":true,"));
    assertThat(held()).isGreaterThan(NanoUsd.parse("0.79"));
    gateway.end(next, 529, ResponseFlags.getDefaultInstance(), Map.of());
    Awaitility.await().until(() -> held().equals(NanoUsd.ZERO));
    clock.advance(Duration.ofHours(1));
    var _ = new Conversation(request("\"stream\":true,"));
    assertThat(held()).isLessThan(NanoUsd.parse("0.112"));
  }

  private static Value string(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Test
  void an_answer_is_asked_for_uncompressed_and_ends_though_nobody_tells() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    assertThat(conversation.sent.changes()).containsEntry("accept-encoding", "identity");
    conversation.assertPasses(START + END);
    var last = conversation.passed();
    assertThat(last.getBody()).isEmpty();
    assertThat(last.getEndOfStream()).isTrue();
  }

  @Test
  void trailers_pass() {
    var conversation = new Conversation(request("\"stream\":true,")).begun();
    conversation.assertPasses(START);
    conversation.part(END.substring(0, 20), false);
    conversation.stream.onNext(
        ProcessingRequest.newBuilder()
            .setResponseTrailers(HttpTrailers.getDefaultInstance())
            .build());
    assertThat(conversation.passed().getBody().toStringUtf8()).isEqualTo(END.substring(0, 20));
    assertThat(TestGateway.next(conversation.replies).hasResponseTrailers()).isTrue();
  }
}
