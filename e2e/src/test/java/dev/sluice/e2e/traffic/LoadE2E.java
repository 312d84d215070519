package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.billing.BillEntry;
import dev.sluice.testkit.anthropic.script.Script;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Many clients at once, a third of whom leave early: the ledger is the provider's bill.
///
/// `SLUICE_SOAK_SECONDS` sets how long (30 by default), `SLUICE_SEED` the seed (printed).
final class LoadE2E {

  private static final int CLIENTS = 64;
  private static final BigDecimal AT_MOST_ABOVE = new BigDecimal("1.05");

  /// A stream that was left while the model still thought out of sight: nobody can tell how much,
  /// so an upper estimate is booked.
  private static final long BYTES_BEFORE_ANYTHING_VISIBLE = 900;

  private static final List<String> RECORDED =
      List.of(
          "01-first-turn-p-2.1.329",
          "02-tool-turn-p-2.1.329",
          "09-subagent-2.1.329",
          "04-first-turn-sonnet-2.1.197",
          "13-nonstream-fallback-2.1.329",
          "06-long-250k-2.1.329");

  private static final Duration LENGTH =
      Duration.ofSeconds(Long.parseLong(System.getenv().getOrDefault("SLUICE_SOAK_SECONDS", "30")));

  @Test
  void ledger_and_bill_agree_under_load_with_cancellations() throws Exception {
    long seed =
        Long.parseLong(
            System.getenv().getOrDefault("SLUICE_SEED", Long.toString(System.nanoTime())));
    System.out.println("seed " + seed);
    try (var world = World.start(World.key("alice", "40000"))) {
      var random = new SplittableRandom(seed);
      world.simulator().otherwise(_ -> answer(random.split()));
      learn(world);
      load(world, new SplittableRandom(seed));
      assertThat(world.simulator().awaitIdle(Duration.ofSeconds(30))).isTrue();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(held(world)).containsOnly("0"));
      compare(world);
    }
  }

  private static synchronized Script answer(SplittableRandom random) {
    var script = Script.answer();
    if (random.nextBoolean()) {
      script = script.thinkingOfTokens(20 + random.nextInt(80));
    }
    script = script.textOfTokens(40 + random.nextInt(160));
    if (random.nextInt(3) == 0) {
      script = script.tool("Bash", Map.of("command", "ls -l | sort -k " + random.nextInt(9)));
    }
    // Five tokens an event: about as fast as models write.
    return script.pace(Duration.ofMillis(25 + random.nextInt(35)));
  }

  /// What an estimate rests on: whole answers of each kind of request.
  private static void learn(World world) throws IOException {
    var client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
    for (var name : RECORDED) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.whole(RecordedTraffic.request(name)).statusCode()).isEqualTo(200);
      }
    }
  }

  private static void load(World world, SplittableRandom random) throws InterruptedException {
    var until = System.nanoTime() + LENGTH.toNanos();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        var own = random.split();
        clients.submit(
            () -> {
              var client =
                  new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
              while (System.nanoTime() < until) {
                ask(client, own);
              }
              return null;
            });
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(LENGTH.toSeconds() + 60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void ask(RecordedClient client, SplittableRandom random) throws IOException {
    var recorded = RecordedTraffic.request(RECORDED.get(random.nextInt(RECORDED.size())));
    var session = new UUID(random.nextLong(), random.nextLong());
    var answer = client.open(recorded.inSession(session));
    assertThat(answer.statusCode()).isEqualTo(200);
    try (var body = answer.body()) {
      if (random.nextInt(3) == 0) {
        leaveEarly(body, 1 + random.nextInt(20_000));
      } else {
        body.readAllBytes();
      }
    }
  }

  private static void leaveEarly(InputStream body, int bytes) throws IOException {
    var buffer = new byte[1024];
    int left = bytes;
    while (left > 0) {
      int read = body.read(buffer, 0, Math.min(left, buffer.length));
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  private static List<String> held(World world) {
    return world
        .gateway()
        .budgets("alice")
        .valueStream()
        .map(budget -> budget.path("held").asString())
        .toList();
  }

  private static void compare(World world) {
    Map<String, JsonNode> usage =
        world.usage("alice").stream()
            .collect(
                Collectors.toMap(
                    record -> record.path("upstreamRequestId").asString(""), Function.identity()));
    var bill = world.simulator().bill();
    assertThat(bill.entries()).hasSize((int) bill.exchanges()).hasSameSizeAs(usage.keySet());
    var pairs =
        bill.entries().stream()
            .map(billed -> Pair.of(billed, usage.get(billed.requestId())))
            .toList();
    pairs.forEach(LoadE2E::compare);
    var total = pairs.stream().map(Pair::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    var posted = world.gateway().budgets("alice").get(0).path("posted").asString();
    assertThat(new BigDecimal(posted)).isEqualByComparingTo(total);
    compareEstimates(pairs.stream().filter(Pair::estimatedFromWhatWasSeen).toList());
    System.out.printf(
        "%d exchanges: bill $%s, ledger $%s%n",
        bill.exchanges(), bill.usd().toPlainString(), posted);
  }

  /// The bill of one exchange, and what the ledger made of it.
  private record Pair(BillEntry billed, JsonNode record, BigDecimal cost) {
    static Pair of(BillEntry billed, @Nullable JsonNode record) {
      assertThat(record).as("usage of %s", billed).isNotNull();
      return new Pair(billed, record, new BigDecimal(record.path("costUsd").asString()));
    }

    boolean estimated() {
      return record.path("estimated").asBoolean();
    }

    boolean estimatedFromWhatWasSeen() {
      return estimated() && billed.bytesSent() > BYTES_BEFORE_ANYTHING_VISIBLE;
    }

    BigDecimal above() {
      return cost.divide(billed.usd(), MathContext.DECIMAL32);
    }
  }

  private static void compare(Pair pair) {
    if (pair.estimated()) {
      assertThat(pair.cost()).as("%s", pair).isGreaterThanOrEqualTo(pair.billed().usd());
    } else {
      assertThat(pair.cost()).as("%s", pair).isEqualByComparingTo(pair.billed().usd());
    }
  }

  private static void compareEstimates(List<Pair> estimates) {
    assertThat(estimates).isNotEmpty();
    var billed =
        estimates.stream()
            .map(pair -> pair.billed().usd())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    var booked = estimates.stream().map(Pair::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    var worst = estimates.stream().max(Comparator.comparing(Pair::above)).orElseThrow();
    System.out.printf(
        "%d cut answers: billed $%s, booked $%s; the worst: %s%n",
        estimates.size(), billed.toPlainString(), booked, worst);
    assertThat(booked).isLessThanOrEqualTo(billed.multiply(AT_MOST_ABOVE));
  }
}
