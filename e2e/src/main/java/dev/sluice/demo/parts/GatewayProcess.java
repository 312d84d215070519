package dev.sluice.demo.parts;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// `sluice up` as a process of its own, as a user would start it, on free ports.
public final class GatewayProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Much longer than the gateway gathers usage records before it writes them.
  private static final Duration WRITTEN_WITHIN = Duration.ofMillis(500);

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

  private static final Duration STOP_MAX = Duration.ofSeconds(20);

  private static final List<String> OWN_CLASSES =
      List.of("-cp", System.getProperty("java.class.path"));

  private final Process process;
  private final Path state;
  private final Path log;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private GatewayProcess(Process process, Path state, Path log, URI address) {
    this.process = process;
    this.state = state;
    this.log = log;
    this.address = address;
  }

  /// Starts the gateway and waits until it serves.
  ///
  /// @param state the state folder; also takes the gateway's log, `up.log`
  /// @throws IllegalStateException with the end of the log if it ends before it serves
  public static GatewayProcess start(Path manifests, Path state, String... options) {
    return start(manifests, state, Map.of(), options);
  }

  /// The same, with more variables in its environment.
  public static GatewayProcess start(
      Path manifests, Path state, Map<String, String> environment, String... options) {
    return start(command(manifests, state, options), state, environment);
  }

  /// `sluice gateway`, the process of a pod, likewise.
  public static GatewayProcess ofOperator(Path state, String... options) {
    return start(command("gateway", state, options), state, Map.of());
  }

  private static GatewayProcess start(
      List<String> command, Path state, Map<String, String> environment) {
    try {
      Files.createDirectories(state);
      var log = state.resolve("up.log");
      var builder =
          new ProcessBuilder(shielded(command)).redirectError(Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      var process = builder.start();
      return new GatewayProcess(process, state, log, URI.create(readyAddress(process, log)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // A Ctrl-C in the terminal reaches every process of its group: without this it would be the
  // gateway's first signal, and what we send to end it the second.
  private static List<String> shielded(List<String> command) {
    var shielded = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sluice"));
    shielded.addAll(command);
    return shielded;
  }

  /// The command line of `sluice up`: the launcher's own where it started this program, else the
  /// same with this program's class path.
  public static List<String> command(Path manifests, Path state, String... options) {
    var all = new ArrayList<>(List.of("-f", manifests.toString()));
    all.addAll(List.of(options));
    return command("up", state, all.toArray(String[]::new));
  }

  private static List<String> command(String name, Path state, String... options) {
    var command = sluice(name, "--state", state.toString());
    command.addAll(List.of("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"));
    command.addAll(List.of(options));
    return command;
  }

  /// The command line of a verb: the launcher's own where it started this program, else the same
  /// with the jars of the launcher's build that `SLUICE_APP` names, or with this program's class
  /// path.
  public static List<String> sluice(String... words) {
    var launcher = System.getenv("SLUICE_LAUNCHER");
    var command =
        new ArrayList<>(
            launcher == null ? java(classes(), "dev.sluice.standalone.Main") : List.of(launcher));
    command.addAll(List.of(words));
    return command;
  }

  private static List<String> java(List<String> classes, String program) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(classes);
    command.add(program);
    return command;
  }

  /// With what a JVM has learned of the jars, a start takes a fraction of the time.
  private static List<String> classes() {
    var app = System.getenv("SLUICE_APP");
    if (app == null) {
      return OWN_CLASSES;
    }
    var path =
        read(Path.of(app, "standalone.jars"))
            .lines()
            .map(jar -> Path.of(app, "lib", jar).toString())
            .collect(Collectors.joining(File.pathSeparator));
    var cache = Path.of(app, "standalone.aot");
    return Files.isReadable(cache)
        ? List.of("-XX:AOTCache=" + cache, "-cp", path)
        : List.of("-cp", path);
  }

  // The process owns the stream; closing it here would break the gateway's standard output.
  private static String readyAddress(Process process, Path log) throws IOException {
    var output =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready ")) {
        return line.substring("ready ".length());
      }
    }
    process.onExit().join();
    var told = Files.readString(log);
    // First what it said last: of a failure some show one line.
    throw new IllegalStateException(
        "the gateway ended with %d: %s%n%s"
            .formatted(
                process.exitValue(),
                told.lines().toList().reversed().stream()
                    .filter(line -> line.startsWith("sluice: "))
                    .findFirst()
                    .orElse("see its log"),
                told));
  }

  /// What clients use as ANTHROPIC_BASE_URL.
  public URI address() {
    return address;
  }

  public Process process() {
    return process;
  }

  public Path state() {
    return state;
  }

  /// Everything that the gateway logged.
  public String log() {
    return read(log);
  }

  /// The generated token of the VirtualKey `default/name`.
  public String key(String name) {
    return read(state.resolve("keys").resolve("default").resolve(name)).strip();
  }

  /// The answer of the admin server.
  public String admin(String path) {
    var admin = JSON.readTree(read(state.resolve("endpoints.json"))).get("admin").asString();
    try {
      var request =
          HttpRequest.newBuilder(URI.create(admin + path)).timeout(ANSWERED_WITHIN).build();
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// The budgets of a key, its own first.
  public JsonNode budgets(String key) {
    return JSON.readTree(admin("/v1/usage/" + key)).get("budgets");
  }

  /// The same; empty where the gateway cannot read them just then.
  public Optional<JsonNode> budgetsIfRead(String key) {
    return JSON.readTree(admin("/v1/usage/" + key)).optional("budgets");
  }

  /// The budgets of all keys.
  public JsonNode allBudgets() {
    return JSON.readTree(admin("/v1/usage"));
  }

  /// How many requests were refused because a budget was spent.
  public long refusals() {
    return metric("sluice_refusals_total{kind=\"budget_exhausted\"}");
  }

  /// What `sluice mcp diff` says of a server.
  public String difference(String server) {
    var launcher = System.getenv("SLUICE_LAUNCHER");
    var command =
        new ArrayList<>(
            launcher == null
                ? java(OWN_CLASSES, "dev.sluice.operator.cli.Main")
                : List.of(launcher));
    command.addAll(List.of("mcp", "diff", server, "--state", state.toString()));
    try {
      // Whom it asked is told on standard error.
      var asked = new ProcessBuilder(shielded(command)).redirectError(Redirect.DISCARD).start();
      try (var output = asked.inputReader(StandardCharsets.UTF_8)) {
        return output.readAllAsString();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The value of a metric in whole numbers; 0 where it was not told.
  ///
  /// @param series its name and labels, as Prometheus reads them
  public long metric(String series) {
    return sum(line -> line.startsWith(series + " "));
  }

  private long sum(Predicate<String> of) {
    return admin("/metrics")
        .lines()
        .filter(of)
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /// The usage records of all exchanges that have ended, oldest first: those of the last moment may
  /// not be written yet, so this waits for them.
  public List<JsonNode> settledUsage() {
    settle("sluice_exchanges_total{", () -> usage().size());
    return usage();
  }

  /// The same of calls of tools.
  public List<JsonNode> settledToolUsage() {
    settle("sluice_tool_calls_total{", () -> toolUsage().size());
    return toolUsage();
  }

  /// What ends is counted first, and its record is written a moment later: on a machine with too
  /// much to do, a long one.
  private void settle(String counter, IntSupplier written) {
    long until = System.nanoTime() + ANSWERED_WITHIN.toNanos();
    do {
      pause();
    } while (process.isAlive()
        && written.getAsInt() < counted(counter)
        && System.nanoTime() < until);
  }

  private long counted(String counter) {
    return sum(line -> line.startsWith(counter));
  }

  private static void pause() {
    try {
      Thread.sleep(WRITTEN_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// All usage records of exchanges so far, oldest first.
  public List<JsonNode> usage() {
    return records().stream().filter(json -> !json.has("kind")).toList();
  }

  /// All usage records of calls of tools so far, oldest first.
  public List<JsonNode> toolUsage() {
    return ofKind("tool");
  }

  /// All usage records of other messages to servers of tools so far, oldest first.
  public List<JsonNode> toolMessageUsage() {
    return ofKind("message");
  }

  /// All usage records of calls of the gateway's own tools so far, oldest first.
  public List<JsonNode> metaToolUsage() {
    return ofKind("metaTool");
  }

  private List<JsonNode> ofKind(String kind) {
    return records().stream().filter(json -> json.path("kind").asString("").equals(kind)).toList();
  }

  private List<JsonNode> records() {
    try (var files = Files.list(state.resolve("usage"))) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .sorted()
          .flatMap(file -> wholeLines(read(file)))
          .map(JSON::readTree)
          .toList();
    } catch (java.nio.file.NoSuchFileException _) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What follows the last of its lines is being written.
  private static Stream<String> wholeLines(String text) {
    return text.substring(0, text.lastIndexOf('\n') + 1).lines();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Stops it as a user would, and waits.
  ///
  /// @return its exit code
  public int stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the gateway did not stop within " + STOP_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return process.exitValue();
  }

  /// Kills the JVM and nothing else (SIGKILL): what it had started finds out by itself.
  public void killJvm() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /// Kills the JVM and all that it had started (SIGKILL), as the end of a container does.
  public void killTree() {
    var children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
