package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.SseFlavour;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Where money is tight, a hold pays for the start of an answer, and grows ahead of the rest.
final class ElasticE2E {

  private static final Duration SOON = Duration.ofSeconds(10);

  /// 4,096 tokens of opus, and a small question.
  private static final String SLICE_USD = "0.0819";

  private static RecordedClient client(World world, String key) {
    return new RecordedClient(world.gateway().address(), world.gateway().key(key));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static BigDecimal posted(World world, String key) {
    return new BigDecimal(world.gateway().budgets(key).get(0).path("posted").asString());
  }

  private static void settled(World world, String key) {
    assertThat(world.simulator().awaitIdle(SOON)).isTrue();
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                NanoUsd.parse(world.gateway().budgets(key).get(0).path("held").asString())
                    .equals(NanoUsd.ZERO));
  }

  /// All that the provider writes, with its ids left out.
  private static String written(HttpResponse<byte[]> answer) {
    return text(answer).replaceAll("msg_[A-Za-z0-9_]+", "ID");
  }

  @Test
  void a_dollar_serves_many_at_once_and_never_more_than_a_dollar() throws Exception {
    try (var world = World.start(World.key("alice", "1.00"));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var most = new AtomicInteger();
      world
          .simulator()
          .otherwise(
              _ -> {
                most.accumulateAndGet(world.simulator().inFlight(), Math::max);
                return Script.answer().textOfTokens(900).pace(Duration.ofMillis(20));
              });
      var client = client(world, "alice");
      var all =
          clients.invokeAll(
              IntStream.range(0, 20)
                  .<Callable<HttpResponse<byte[]>>>mapToObj(
                      i -> () -> untilServed(client, RecordedTraffic.question("Say " + i)))
                  .toList());
      int served = 0;
      for (Future<HttpResponse<byte[]>> one : all) {
        var answer = one.get();
        served += answer.statusCode() == 200 && text(answer).contains("message_stop") ? 1 : 0;
      }
      settled(world, "alice");
      System.out.printf(
          "%d of 20 served, %d at once, posted %s, %d of them watched%n",
          served,
          most.get(),
          posted(world, "alice"),
          world.gateway().metric("sluice_watched_answers_total"));
      assertThat(served).isEqualTo(20);
      assertThat(most.get()).isGreaterThanOrEqualTo(10);
      assertThat(posted(world, "alice"))
          .isEqualByComparingTo(world.simulator().settledBill().usd())
          .isLessThanOrEqualTo(BigDecimal.ONE);
      assertExact(world);
    }
  }

  /// Comes again where it is told to, as Claude Code does.
  private static HttpResponse<byte[]> untilServed(
      RecordedClient client, RecordedTraffic.Request request) {
    var answer = client.whole(request);
    while (answer.statusCode() == 429 && answer.headers().firstValue("x-should-retry").isEmpty()) {
      answer = client.whole(request);
    }
    return answer;
  }

  private static void assertExact(World world) {
    assertThat(world.gateway().metric("sluice_hold_overruns_total")).isZero();
    assertThat(world.gateway().log()).doesNotContain("\"ERROR\"");
  }

  @Test
  void an_answer_longer_than_its_slice_is_paid_for_ahead_and_arrives_as_it_was_written() {
    try (var world = World.start(World.key("poor", "1.00") + World.key("rich", "500"))) {
      for (var flavour : SseFlavour.values()) {
        var watched = world.gateway().metric("sluice_watched_answers_total");
        world.simulator().otherwise(_ -> longer().flavour(flavour));
        var far = client(world, "rich").whole(RecordedTraffic.question("Write."));
        assertThat(world.gateway().metric("sluice_watched_answers_total")).isEqualTo(watched);
        var near = client(world, "poor").whole(RecordedTraffic.question("Write."));
        assertThat(written(near)).as(flavour.name()).isEqualTo(written(far));
        assertThat(near.headers().firstValue("x-sluice-max-tokens")).isPresent();
        settled(world, "poor");
        assertThat(world.gateway().metric("sluice_watched_answers_total")).isEqualTo(watched + 1);
      }
      settled(world, "rich");
      assertExtendedAndExact(world, "poor", "rich");
    }
  }

  /// Than a slice.
  private static Script longer() {
    return Script.answer().textOfTokens(9_000).tokensPerEvent(20).pace(Duration.ofMillis(4));
  }

  private static void assertExtendedAndExact(World world, String... keys) {
    assertThat(world.gateway().metric("sluice_hold_extensions_total{outcome=\"extended\"}"))
        .isGreaterThanOrEqualTo(2);
    var posted = BigDecimal.ZERO;
    for (var key : keys) {
      posted = posted.add(posted(world, key));
    }
    assertThat(posted).isEqualByComparingTo(world.simulator().settledBill().usd());
    assertExact(world);
  }

  /// It is asked for plain, but a provider may not care.
  @Test
  void a_compressed_answer_is_watched_too() {
    try (var world = World.start(World.key("poor", "1.00"))) {
      world.simulator().otherwise(_ -> longer().gzip());
      var near = client(world, "poor").whole(RecordedTraffic.question("Write."));
      assertThat(text(near)).contains("message_stop");
      assertThat(world.simulator().requests().getLast().header("accept-encoding"))
          .hasValue("identity");
      settled(world, "poor");
      assertExtendedAndExact(world, "poor");
    }
  }

  @Test
  void an_answer_that_cannot_be_paid_for_ends_with_a_sentence() throws Exception {
    try (var world = World.start(World.key("poor", "0.25"));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      world
          .simulator()
          .otherwise(
              _ ->
                  // As fast as the fastest model.
                  Script.answer()
                      .textOfTokens(12_000)
                      .tokensPerEvent(5)
                      .pace(Duration.ofMillis(5)));
      var client = client(world, "poor");
      List<Callable<HttpResponse<byte[]>>> both =
          List.of(
              () -> client.whole(RecordedTraffic.question("One.")),
              () -> client.whole(RecordedTraffic.question("Two.")));
      int cut = 0;
      long seen = 0;
      for (var one : clients.invokeAll(both)) {
        var answer = text(one.get());
        seen += one.get().body().length;
        if (!answer.contains("message_stop")) {
          cut++;
          assertThat(answer).endsWith("\n\n").contains("event: error\ndata: {\"type\":\"error\"");
          assertThat(answer.substring(answer.lastIndexOf("event: ")))
              .startsWith("event: error\ndata: ")
              .contains("Budget of key poor ");
        }
      }
      assertThat(cut).isPositive();
      settled(world, "poor");
      var bill = world.simulator().bill();
      long sent = bill.entries().stream().mapToLong(BillEntry::bytesSent).sum();
      System.out.printf(
          "posted %s, billed %s; the clients got %d bytes of %d%n",
          posted(world, "poor"), bill.usd(), seen, sent);
      assertThat(posted(world, "poor"))
          .isGreaterThanOrEqualTo(bill.usd())
          .isLessThanOrEqualTo(new BigDecimal("0.25"));
      // The provider stops at once: the rest of both answers is hundreds of kilobytes.
      assertThat(sent - seen).isLessThan(20_000);
      assertExact(world);
    }
  }

  @Test
  void a_gateway_that_dies_while_it_watches_takes_the_answer_along_and_nothing_over()
      throws Exception {
    try (var world = World.start(World.key("poor", "1.00"))) {
      world
          .simulator()
          .otherwise(_ -> Script.answer().textOfTokens(20_000).pace(Duration.ofMillis(5)));
      assertThat(readAndKill(world)).doesNotContain("message_stop");
      assertThat(world.simulator().awaitIdle(SOON)).isTrue();
      var bill = world.simulator().bill().usd();
      try (var again = GatewayProcess.start(world.manifests(), world.gateway().state())) {
        var posted = new BigDecimal(again.budgets("poor").get(0).path("posted").asString());
        System.out.printf("posted %s, billed %s%n", posted, bill);
        assertThat(posted).isBetween(bill, BigDecimal.ONE);
        assertThat(posted).isLessThanOrEqualTo(new BigDecimal(SLICE_USD).multiply(BigDecimal.TWO));
      }
    }
  }

  private static String readAndKill(World world) throws IOException {
    var answer = new StringBuilder();
    try (var body = client(world, "poor").open(RecordedTraffic.question("Write.")).body();
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (int i = 0; i < 300; i++) {
        answer.append(lines.readLine()).append('\n');
      }
      world.gateway().killJvm();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        answer.append(line).append('\n');
      }
    } catch (IOException e) {
      answer.append(e);
    }
    return answer.toString();
  }
}
