package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.ResidentMemory;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Many clients at once, a third of whom leave early: the ledger is the provider's bill.
///
/// `SLUICE_SOAK_SECONDS` sets how long (30 by default), `SLUICE_SEED` the seed (printed).
@Tag("alone")
final class LoadE2E {

  private static final int CLIENTS = 64;
  private static final BigDecimal AT_MOST_ABOVE = new BigDecimal("1.05");
  private static final int LEARNED = 6;
  private static final int BYTES_READ_MAX = 20_000;

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
      learn(world, random);
      world.simulator().otherwise(_ -> answer(random));
      var early =
          CompletableFuture.supplyAsync(
              () -> ResidentMemory.of(world.gateway().process()),
              CompletableFuture.delayedExecutor(LENGTH.toMillis() / 3, TimeUnit.MILLISECONDS));
      var read = load(world, new SplittableRandom(seed));
      var late = ResidentMemory.of(world.gateway().process());
      System.out.println("memory in KiB after a third: " + early.join() + ", at the end: " + late);
      late.assertGrownInBoundsSince(early.join());
      assertThat(world.simulator().awaitIdle(Duration.ofSeconds(30))).isTrue();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(held(world)).containsOnly("0"));
      compare(world, read);
    }
  }

  private static synchronized Script answer(SplittableRandom random) {
    return answer(random, random.nextBoolean());
  }

  private static synchronized Script answer(SplittableRandom random, boolean thinks) {
    var script = Script.answer();
    if (thinks) {
      script = script.thinkingOfTokens(20 + random.nextInt(80));
    }
    script = script.textOfTokens(40 + random.nextInt(160));
    if (random.nextInt(3) == 0) {
      script = script.tool("Bash", Map.of("command", "ls -l | sort -k " + random.nextInt(9)));
    }
    // Five tokens an event: about as fast as models write.
    return script.pace(Duration.ofMillis(25 + random.nextInt(35)));
  }

  /// What an estimate rests on: whole answers of each kind, to each kind of request.
  private static void learn(World world, SplittableRandom random) throws Exception {
    var client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (boolean thinks : List.of(true, false)) {
        world.simulator().otherwise(_ -> answer(random, thinks));
        var names = Collections.nCopies(LEARNED, RECORDED).stream().flatMap(List::stream);
        for (var answer : clients.invokeAll(names.map(name -> whole(client, name)).toList())) {
          assertThat(answer.get()).isEqualTo(200);
        }
      }
    }
    int asked = 2 * LEARNED * RECORDED.size();
    Awaitility.await().until(() -> world.usage("alice").size() == asked);
  }

  private static Callable<Integer> whole(RecordedClient client, String name) {
    return () -> client.whole(RecordedTraffic.request(name)).statusCode();
  }

  /// Returns what the clients that left had read, by the id of the request.
  private static Map<String, String> load(World world, SplittableRandom random)
      throws InterruptedException {
    var read = new ConcurrentHashMap<String, String>();
    var until = System.nanoTime() + LENGTH.toNanos();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        var own = random.split();
        clients.submit(
            () -> {
              var client =
                  new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
              while (System.nanoTime() < until) {
                ask(client, own, read);
              }
              return null;
            });
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(LENGTH.toSeconds() + 60, TimeUnit.SECONDS)).isTrue();
    }
    return read;
  }

  private static void ask(RecordedClient client, SplittableRandom random, Map<String, String> read)
      throws IOException {
    var recorded = Turns.turn(RECORDED.get(random.nextInt(RECORDED.size())), random.nextLong());
    var answer = client.open(recorded);
    assertThat(answer.statusCode()).isEqualTo(200);
    try (var body = answer.body()) {
      if (random.nextInt(3) == 0) {
        var some = body.readNBytes(1 + random.nextInt(BYTES_READ_MAX));
        var id = answer.headers().firstValue("request-id").orElseThrow();
        read.put(id, new String(some, StandardCharsets.UTF_8));
      } else {
        body.readAllBytes();
      }
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

  private static void compare(World world, Map<String, String> read) {
    var bill = world.simulator().bill();
    // A record is written a moment after its hold has ended.
    Awaitility.await().until(() -> world.usage("alice").size() >= bill.exchanges());
    Map<String, JsonNode> usage =
        world.usage("alice").stream()
            .collect(
                Collectors.toMap(
                    record -> record.path("upstreamRequestId").asString(""), Function.identity()));
    assertThat(bill.entries()).hasSize((int) bill.exchanges()).hasSameSizeAs(usage.keySet());
    var pairs =
        bill.entries().stream()
            .map(billed -> Pair.of(billed, usage.get(billed.requestId()), read))
            .toList();
    print("cut once something was visible", pairs.stream().filter(Pair::visible));
    print("cut before", pairs.stream().filter(pair -> !pair.visible()));
    pairs.forEach(Pair::check);
    assertThat(pairs).filteredOn(Pair::estimated).extracting(Pair::visible).contains(true);
    var total = pairs.stream().map(Pair::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    var posted = world.gateway().budgets("alice").get(0).path("posted").asString();
    assertThat(new BigDecimal(posted)).isEqualByComparingTo(total);
    System.out.printf(
        "%d exchanges: bill $%s, ledger $%s%n",
        bill.exchanges(), bill.usd().toPlainString(), posted);
  }

  private static void print(String which, Stream<Pair> some) {
    var above = some.filter(Pair::estimated).map(Pair::above).sorted().toList();
    if (!above.isEmpty()) {
      System.out.printf(
          "%d %s: %s to %s times the bill, median %s%n",
          above.size(), which, above.getFirst(), above.getLast(), above.get(above.size() / 2));
    }
  }

  /// The bill of one exchange, and what the ledger made of it.
  private record Pair(BillEntry billed, JsonNode record, BigDecimal cost, boolean visible) {
    static Pair of(BillEntry billed, @Nullable JsonNode record, Map<String, String> read) {
      assertThat(record).as("usage of %s", billed).isNotNull();
      var text = read.getOrDefault(record.path("requestId").asString(), "");
      return new Pair(
          billed,
          record,
          new BigDecimal(record.path("costUsd").asString()),
          Turns.VISIBLE.stream().anyMatch(text::contains));
    }

    boolean estimated() {
      return record.path("estimated").asBoolean();
    }

    BigDecimal above() {
      return cost.divide(billed.usd(), MathContext.DECIMAL32);
    }

    void check() {
      if (!estimated()) {
        assertThat(cost).as("%s", this).isEqualByComparingTo(billed.usd());
        return;
      }
      assertThat(cost).as("%s", this).isGreaterThanOrEqualTo(billed.usd());
      if (visible) {
        var most = billed.usd().multiply(AT_MOST_ABOVE);
        assertThat(cost).as("%s", this).isLessThanOrEqualTo(most);
      }
    }
  }
}
