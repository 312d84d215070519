package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.ResidentMemory;
import dev.sluice.e2e.World;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.TestInfo;

/// A gateway with many servers of tools, a key that attacks, and a bystander with a key and a
/// server of its own.
final class AttackedWorld implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(60);

  private static final String QUIET = "quiet";
  private static final BigDecimal PRICE = new BigDecimal("0.001");
  private static final long GROWTH_BYTES_MAX = 48 << 20;

  /// What the programs of the gateway may take at most at any moment of an attack, above what they
  /// had before all attacks. Two results of 100 MB that are kept whole, and copied, are more.
  private static final Map<String, Long> PEAK_GROWTH_KIB_MAX =
      new TreeMap<>(Map.of("java", 256L << 10, "envoy", 128L << 10));

  private static final long OTHERS_KIB_MAX = 16 << 10;

  private static final long NOTEWORTHY_KIB = 8 << 10;

  /// The memory that `./sluice up` gives it, but for the most.
  private static final Map<String, String> FRUGAL =
      Map.of(
          "JDK_JAVA_OPTIONS",
          "-Xms48m -XX:MaxNewSize=48m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30");

  private final Map<String, ModernMcpSimulator> servers;
  private final World world;
  private final Bystander bystander;
  private final long heapBefore;
  private final ResidentMemory before;
  private long rested;

  private AttackedWorld(Map<String, ModernMcpSimulator> servers, World world) {
    this.servers = servers;
    this.world = world;
    var client = client("bystander", "/mcp/" + QUIET);
    awaitTool(client, "echo");
    assertThat(client.call("echo", "{\"text\":\"x\"}").text()).isEqualTo("x");
    warm();
    heapBefore = LiveHeap.bytes(world.gateway().process());
    before = ResidentMemory.of(world.gateway().process());
    rested = atRest("java");
    ResidentMemory.forgetPeaks(world.gateway().process());
    bystander = Bystander.start(client, "echo");
  }

  /// @param scripts of the servers that `attacker` may use, by name; of `lab` programs call tools
  /// @param more manifests
  static AttackedWorld start(Map<String, McpScript> scripts, String more) {
    var servers = new LinkedHashMap<String, ModernMcpSimulator>();
    scripts.forEach((name, script) -> servers.put(name, ModernMcpSimulator.start(script)));
    var quiet = ModernMcpSimulator.start(McpScript.STANDARD);
    var manifests =
        servers.entrySet().stream()
            .map(server -> server(server.getKey(), server.getValue()))
            .collect(Collectors.joining());
    var granted =
        scripts.keySet().stream()
            .map("{ server: %s, tools: [ \"*\" ] }"::formatted)
            .collect(Collectors.joining(", "));
    servers.put(QUIET, quiet);
    servers.put("vault", ModernMcpSimulator.start(McpScript.STANDARD));
    var world =
        World.start(
            PriceTable.recorded(),
            FRUGAL,
            manifests
                + server(QUIET, quiet)
                + "  pricePerCallUsd: \"%s\"\n".formatted(PRICE)
                + server("vault", servers.get("vault"))
                + key("attacker", granted)
                + key("bystander", "{ server: quiet, tools: [ \"echo\" ] }")
                + more,
            "--mcp-allow",
            "127.0.0.0/8");
    return new AttackedWorld(servers, world);
  }

  static String key(String name, String granted) {
    return World.key(name, "1000") + "  mcp: [ " + granted + " ]\n";
  }

  static String server(String name, ModernMcpSimulator server) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: McpServer
    metadata: { name: %s }
    spec:
      transport: StreamableHttp
      url: %s
      codeMode: %s
      timeouts: { firstByte: 20s, total: 30s }
    """
        .formatted(name, server.url(), name.equals("lab"));
  }

  private void warm() {
    var attacker = client("attacker", "/mcp");
    if (!servers.containsKey("lab")) {
      return;
    }
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                attacker
                    .run("return await servers.lab.echo({ text: 'warm' })", 30)
                    .text()
                    .contains("warm"));
  }

  static void awaitTool(ToolClient client, String tool) {
    Awaitility.await().atMost(SOON).until(() -> client.names().contains(tool));
  }

  /// A client of a key, in a session.
  ToolClient client(String key, String path) {
    return stranger(key, path).begun();
  }

  /// The same, without a session.
  ToolClient stranger(String key, String path) {
    return ToolClient.of(world.gateway().address(), world.gateway().key(key), path);
  }

  World world() {
    return world;
  }

  ModernMcpSimulator server(String name) {
    return servers.get(name);
  }

  /// Nobody else noticed the attack, and at no moment did it take much memory of the gateway.
  void assertContained(TestInfo test) {
    var name = test.getTestMethod().orElseThrow().getName();
    var shown = test.getDisplayName();
    var attack = shown.startsWith(name) ? name : name + " " + shown;
    var gateway = world.gateway().process();
    var peaks = ResidentMemory.peaks(gateway).kib();
    var bystanders = bystander.assertUndisturbed(attack);
    System.out.printf(
        "attack %s: at most%s; live heap %s; %s%n",
        attack, grown(peaks), liveHeapAfter(peaks), bystanders);
    peaks.forEach(
        (program, peak) ->
            assertThat(peak - atRest(program))
                .as("growth of %s, KiB, at the peak of: %s", program, attack)
                .isLessThan(PEAK_GROWTH_KIB_MAX.getOrDefault(program, OTHERS_KIB_MAX)));
  }

  private String grown(Map<String, Long> peaks) {
    var text = new StringBuilder();
    for (var program : PEAK_GROWTH_KIB_MAX.keySet()) {
      long peak = peaks.getOrDefault(program, 0L);
      text.append(
          " %s %d MiB (%+d)".formatted(program, peak >> 10, (peak - atRest(program)) >> 10));
    }
    return text.toString();
  }

  /// A heap is as large as an attack made it until it is collected, which is done after those only
  /// that made it larger. Then the next attack begins.
  private String liveHeapAfter(Map<String, Long> peaks) {
    var gateway = world.gateway().process();
    var told = "not looked at";
    if (peaks.getOrDefault("java", 0L) - rested > NOTEWORTHY_KIB) {
      told = "%+d KiB".formatted((LiveHeap.bytes(gateway) - heapBefore) >> 10);
      rested = ResidentMemory.of(gateway).kib().getOrDefault("java", 0L);
    }
    ResidentMemory.forgetPeaks(gateway);
    return told;
  }

  private long atRest(String program) {
    return before.kib().getOrDefault(program, 0L);
  }

  /// Puts a file of manifests in the place of another, whole.
  void write(String file, String manifests) throws IOException {
    var folder = world.manifests();
    var next = Files.writeString(folder.resolve(file + ".next"), manifests);
    Files.move(next, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /// Nothing is left of the attacks: neither in memory nor in the bystander's books.
  void assertNothingIsLeft() {
    System.out.println(bystander.assertUndisturbed("the end"));
    bystander.close();
    var price = PRICE.multiply(BigDecimal.valueOf(bystander.calls() + 1L));
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var budget = world.gateway().budgets("bystander").get(0);
              assertThat(new BigDecimal(budget.path("posted").asString()))
                  .isEqualByComparingTo(price);
              assertThat(budget.path("held").asString()).isEqualTo("0");
            });
    assertThat(server("vault").runs()).isZero();
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              long now = LiveHeap.bytes(world.gateway().process());
              System.out.printf(
                  "live heap of the gateway: %d KiB before, %d KiB after%n",
                  heapBefore >> 10, now >> 10);
              assertThat(now - heapBefore).isLessThan(GROWTH_BYTES_MAX);
            });
    var after = ResidentMemory.of(world.gateway().process());
    System.out.printf("resident, KiB: %s before, %s after%n", before.kib(), after.kib());
    // A heap that grew within its own bound is not given back: of it what lives on counts, above.
    var others = new TreeMap<>(before.kib());
    others.remove("java");
    after.assertGrownInBoundsSince(new ResidentMemory(others));
    assertThat(world.gateway().log()).doesNotContain("BUG:", "OutOfMemoryError");
  }

  @Override
  public void close() {
    bystander.close();
    world.close();
    servers.values().forEach(ModernMcpSimulator::close);
  }
}
