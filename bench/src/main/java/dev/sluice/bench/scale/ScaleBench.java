package dev.sluice.bench.scale;

import static java.util.Objects.requireNonNull;

import dev.sluice.bench.process.Role;
import dev.sluice.bench.process.Started;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.LocalKubernetes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// `./sluice bench scale`: a large company's resources from `kubectl create` to a gateway, and then
/// one key more. API server, operator, Redis, gateway and Envoy all run on this machine.
public final class ScaleBench implements AutoCloseable {

  private static final int KEYS_A_TEAM = 10;
  private static final int PROVIDERS = 20;
  private static final int AT_ONCE = 4;
  private static final int MORE = 10;
  private static final int OK = 200;
  private static final Duration STARTED_WITHIN = Duration.ofSeconds(60);
  private static final Duration DONE_WITHIN = Duration.ofMinutes(20);
  private static final String PROGRAMMED =
      "jsonpath={.metadata.name} {.status.conditions[?(@.type==\"Programmed\")].status}{\"\\n\"}";

  private static final Optional<Boolean> DONE = Optional.of(true);

  private final Path program;
  private final Path folder;
  private final Company company;
  private final LocalKubernetes kubernetes = LocalKubernetes.start();
  private final Access access = kubernetes.admin();
  private final RedisServer redis = RedisServer.start();
  private final HttpClient http = HttpClient.newHttpClient();
  private String adsPort = "";
  private final List<Started> started = new ArrayList<>();

  private ScaleBench(Path program, Path folder, int keys) {
    this.program = program;
    this.folder = folder;
    this.company = new Company(keys, keys / KEYS_A_TEAM, PROVIDERS);
  }

  /// Prints each figure when it is known.
  ///
  /// @param program the launcher
  /// @param keys at least 100
  public static void run(Path program, Path folder, int keys) throws IOException {
    try (var bench = new ScaleBench(program, folder, keys)) {
      bench.measure();
    }
  }

  private void measure() throws IOException {
    access.kubectl("apply", "--server-side", "-f", "charts/sluice-crds/templates").orThrow();
    access
        .kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        .orThrow();
    var operator = operator();
    var first = gateway("gateway-0");
    print("a gateway's start without resources", first.took());
    all(operator);
    memory(operator, first.process());
    print("a gateway's start with all of them", gateway("gateway-1").took());
    oneMore(operator, first.address());
    memory(operator, first.process());
  }

  private Started operator() throws IOException {
    var own = Files.createDirectory(folder.resolve("operator"));
    var command =
        List.of(
            program.toString(),
            "operator",
            "--redis=" + redis.uri(),
            "--ads=127.0.0.1:0",
            "--admin=127.0.0.1:0",
            "--id=operator-0");
    var environment = Map.of("KUBECONFIG", access.kubeconfig().toString());
    var process = add(Started.start(command, environment, own));
    adsPort = process.awaitLine("ready ", STARTED_WITHIN);
    return process;
  }

  private record Running(Started process, URI address, Duration took) {}

  private Running gateway(String name) throws IOException {
    var own = Files.createDirectory(folder.resolve(name));
    var command =
        List.of(
            program.toString(),
            "gateway",
            "--state=" + own.resolve("state"),
            "--listen=127.0.0.1:0",
            "--admin=127.0.0.1:0",
            "--redis=" + redis.uri(),
            "--ads=127.0.0.1:" + adsPort,
            "--node=" + name,
            "--envoy=" + RealParts.envoy());
    long from = System.nanoTime();
    var process = add(Started.start(command, Map.of("SLUICE_ENVOY_CONCURRENCY", "1"), own));
    var address = URI.create(process.awaitLine("ready ", STARTED_WITHIN));
    return new Running(process, address, since(from));
  }

  /// What the API server says of a key, as often as that changes.
  private Started watch() throws IOException {
    var own = Files.createDirectory(folder.resolve("watch"));
    var command =
        List.of(
            RealParts.kubernetes().toString(), "kubectl", "get", "vk", "--watch", "-o", PROGRAMMED);
    var environment = Map.of("KUBECONFIG", access.kubeconfig().toString());
    return add(Started.start(command, environment, own));
  }

  private void all(Started operator) throws IOException {
    var first = Files.writeString(folder.resolve("teams.yaml"), company.providersAndTeams());
    access.kubectl("create", "-f", first.toString()).orThrow();
    var watch = watch();
    long cpu = cpuMicros(operator);
    long from = System.nanoTime();
    create();
    print("kubectl create of all keys, " + AT_ONCE + " at once", since(from));
    watch.await(() -> programmed(watch) < company.keys() ? Optional.empty() : DONE, DONE_WITHIN);
    print("until every key is Programmed", since(from));
    cpu(operator, cpu, 1);
  }

  private void create() {
    IntStream.range(0, AT_ONCE).mapToObj(this::created).toList().forEach(CompletableFuture::join);
  }

  private CompletableFuture<Void> created(int part) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            var text = company.keys(part, AT_ONCE);
            var file = Files.writeString(folder.resolve("keys-" + part + ".yaml"), text);
            access.kubectl("create", "-f", file.toString()).orThrow();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static long programmed(Started watch) {
    return watch.output().lines().filter(line -> line.endsWith(" True")).distinct().count();
  }

  private void oneMore(Started operator, URI gateway) throws IOException {
    long cpu = cpuMicros(operator);
    var served = new ArrayList<Duration>();
    var told = new ArrayList<Duration>();
    for (int i = 0; i < MORE; i++) {
      int number = company.keys() + i;
      var token = "the-own-key-of-developer-" + number + "-0123456789abcdef";
      var manifest = Files.writeString(folder.resolve("more.yaml"), company.ownKey(number, token));
      access.kubectl("create", "-f", manifest.toString()).orThrow();
      long from = System.nanoTime();
      operator.await(() -> serves(gateway, token) ? DONE : Optional.empty(), STARTED_WITHIN);
      served.add(since(from));
      access
          .kubectl("wait", "--for=condition=Programmed", "vk/key-" + number, "--timeout=60s")
          .orThrow();
      told.add(since(from));
    }
    print("one more key, until it is served (median of " + MORE + ")", median(served));
    print("the slowest of them", served.stream().max(Duration::compareTo).orElseThrow());
    print("one more key, until it is Programmed", median(told));
    cpu(operator, cpu, MORE);
  }

  private boolean serves(URI gateway, String token) {
    var request =
        HttpRequest.newBuilder(gateway.resolve("/v1/models"))
            .header("authorization", "Bearer " + token)
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void cpu(Started operator, long before, int times) {
    long micros = (cpuMicros(operator) - before) / times;
    print("CPU of the operator for that", Duration.ofNanos(micros * 1_000));
  }

  private static long cpuMicros(Started process) {
    return requireNonNull(process.tree().cpuMicros().get(Role.JVM));
  }

  private static long megabytes(Started process, Role role) {
    return requireNonNull(process.tree().residentKib().get(role)) / 1024;
  }

  private static void memory(Started operator, Started gateway) {
    System.out.printf(
        Locale.ROOT,
        "resident memory: operator %d MB, gateway's JVM %d MB, Envoy %d MB%n",
        megabytes(operator, Role.JVM),
        megabytes(gateway, Role.JVM),
        megabytes(gateway, Role.ENVOY));
  }

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private static Duration since(long from) {
    return Duration.ofNanos(System.nanoTime() - from);
  }

  private static void print(String what, Duration time) {
    System.out.printf(Locale.ROOT, "%s: %.2f s%n", what, time.toMillis() / 1e3);
  }

  private Started add(Started process) {
    started.add(process);
    return process;
  }

  @Override
  public void close() {
    started.reversed().forEach(Started::close);
    redis.close();
    kubernetes.close();
  }
}
