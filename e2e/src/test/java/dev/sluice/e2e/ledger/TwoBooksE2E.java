package dev.sluice.e2e.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The books are equal at any time, and a Redis that loses its data gets it back from the log.
final class TwoBooksE2E {

  private static final String RECORDED = "01-first-turn-p-2.1.329";
  private static final int CLIENTS = 2;
  private static final Duration REBUILT_WITHIN = Duration.ofSeconds(30);

  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicInteger answered = new AtomicInteger();

  @Test
  void the_books_are_equal_under_load_and_after_redis_lost_everything() throws Exception {
    try (var world = World.start(World.key("alice", "40000"))) {
      try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
        load(world, clients);
        try {
          loseAndRebuild(world);
        } finally {
          ending.set(true);
        }
      }
      // An end that was lost in the last moment leaves a hold, which is booked in full.
      assertThat(postedAndHeld(world.gateway())).isGreaterThanOrEqualTo(bill(world));
      startsAgain(world);
    }
  }

  private void loseAndRebuild(World world) throws Exception {
    await().until(() -> answered.get() >= 8);
    assertEqual(world.gateway().state());
    loseRedis(world.gateway());
    await()
        .atMost(REBUILT_WITHIN)
        .until(() -> world.gateway().metric("sluice_ledger_rebuilds_total") == 1);
    int before = answered.get();
    await().atMost(REBUILT_WITHIN).until(() -> answered.get() >= before + 8);
    assertEqual(world.gateway().state());
    assertThat(ledger("rebuild", world.gateway().state()).text()).contains("no event is lost");
    assertEqual(world.gateway().state());
  }

  /// A gateway that was ended in good order, and whose Redis has nothing when it starts again.
  private static void startsAgain(World world) throws Exception {
    var gateway = world.gateway();
    assertThat(gateway.stop()).isZero();
    assertEqual(gateway.state());
    delete(gateway.state().resolve("redis"));
    assertThat(ledger("check", gateway.state()).status()).isOne();
    assertThat(ledger("rebuild", gateway.state()).text()).contains("no event is lost");
    assertEqual(gateway.state());
    delete(gateway.state().resolve("redis"));
    try (var again = GatewayProcess.start(world.manifests(), gateway.state())) {
      assertThat(posted(again)).isGreaterThanOrEqualTo(bill(world));
      assertEqual(again.state());
    }
  }

  private void load(World world, ExecutorService clients) {
    var client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
    for (int i = 0; i < CLIENTS; i++) {
      clients.submit(
          () -> {
            while (!ending.get()) {
              if (client.whole(RecordedTraffic.request(RECORDED)).statusCode() == 200) {
                answered.incrementAndGet();
              }
            }
            return null;
          });
    }
  }

  /// What is deleted stays open for the process that is killed then, and for nobody else.
  private static void loseRedis(GatewayProcess gateway) throws IOException {
    delete(gateway.state().resolve("redis"));
    Files.createDirectory(gateway.state().resolve("redis"));
    var json = JsonMapper.shared().readTree(gateway.state().resolve("endpoints.json"));
    ProcessHandle.of(json.at("/pids/redis").longValue()).orElseThrow().destroyForcibly();
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static BigDecimal posted(GatewayProcess gateway) {
    return amount(gateway.budgets("alice").get(0), "posted");
  }

  /// Of one moment: what is held may be posted in the next.
  private static BigDecimal postedAndHeld(GatewayProcess gateway) {
    var budget = gateway.budgets("alice").get(0);
    return amount(budget, "posted").add(amount(budget, "held"));
  }

  private static BigDecimal amount(JsonNode budget, String column) {
    return new BigDecimal(budget.path(column).asString());
  }

  private static BigDecimal bill(World world) {
    return world.simulator().settledBill().usd();
  }

  private record Ended(int status, String text) {}

  private static void assertEqual(Path state) throws Exception {
    var ended = ledger("check", state);
    assertThat(ended.text()).contains("EQUAL: what Redis holds is the sum of the events");
    assertThat(ended.status()).isZero();
  }

  private static Ended ledger(String verb, Path state) throws Exception {
    var command = GatewayProcess.sluice("ledger", verb, "--state", state.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }
}
