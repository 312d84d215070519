package dev.sluice.standalone.up;

import dev.sluice.testkit.RealParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice up`, or another command that serves, as a process of its own, on free ports.
public final class RunningUp implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient client;
  private final Path error;
  private final Path state;
  private final Process process;
  private final String listen;
  private final JsonNode endpoints;

  private RunningUp(Path state, Process process, String ready, HttpClient client, Path error)
      throws IOException {
    this.error = error;
    this.client = client;
    this.state = state;
    this.process = process;
    // A certificate has the name, not the address.
    this.listen =
        ready.replaceFirst("^ready ", "").replace("https://127.0.0.1", "https://localhost");
    this.endpoints = JSON.readTree(Files.readString(state.resolve("endpoints.json")));
  }

  /// Starts it, and returns once it said that it is ready.
  static RunningUp start(Path manifests, Path state) throws Exception {
    return start(manifests, state, HttpClient.newHttpClient());
  }

  /// The same, with a client that knows its certificate.
  static RunningUp start(Path manifests, Path state, HttpClient client, String... more)
      throws Exception {
    var error = Files.createTempFile("up", ".log");
    return ready(launch(error, manifests, state, more), state, client, error);
  }

  /// The same for another command.
  ///
  /// @param more without those of state and addresses
  public static RunningUp start(String command, Path state, HttpClient client, String... more)
      throws Exception {
    var error = Files.createTempFile(command, ".log");
    return ready(launch(error, command, state, more), state, client, error);
  }

  /// Starts a command, which may never be ready.
  public static Process launch(String command, Path state, String... more) throws IOException {
    return launch(Files.createTempFile(command, ".log"), command, state, more);
  }

  private static Process launch(Path error, String command, Path state, String... more)
      throws IOException {
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of(more));
    return launch(error, state, all);
  }

  private static RunningUp ready(Process process, Path state, HttpClient client, Path error)
      throws Exception {
    var line = new CompletableFuture<String>();
    Thread.ofVirtual().start(() -> line.complete(firstLine(process)));
    var ready = line.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    if (!ready.matches("ready https?://.*")) {
      throw new IllegalStateException("not ready, but: " + ready);
    }
    return new RunningUp(state, process, ready, client, error);
  }

  /// How a start ended, and what it printed on standard error.
  record Ended(int status, String error) {}

  /// Starts it, and waits for its end.
  static Ended end(Path manifests, Path state, String... more) throws Exception {
    var error = Files.createTempFile("up", ".log");
    var process = launch(error, manifests, state, more);
    if (!process.waitFor(ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("it has not ended: " + Files.readString(error));
    }
    return new Ended(process.exitValue(), Files.readString(error));
  }

  static Process launch(Path manifests, Path state, String... more) throws IOException {
    return launch(Files.createTempFile("up", ".log"), manifests, state, more);
  }

  private static Process launch(Path error, Path manifests, Path state, String... more)
      throws IOException {
    var all = new ArrayList<>(List.of("up", "-f", manifests.toString()));
    all.addAll(List.of(more));
    return launch(error, state, all);
  }

  private static Process launch(Path error, Path state, List<String> arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.standalone.Main"));
    command.addAll(arguments);
    command.addAll(
        1 + command.indexOf(arguments.getFirst()),
        List.of("--state", state.toString(), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"));
    var builder = new ProcessBuilder(command).redirectError(error.toFile());
    builder.environment().put("SLUICE_ENVOY", RealParts.envoy().toString());
    builder.environment().put("SLUICE_REDIS_SERVER", RealParts.redisServer().toString());
    return builder.start();
  }

  private static String firstLine(Process process) {
    try {
      return String.valueOf(process.inputReader().readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String listen() {
    return listen;
  }

  /// What it printed on standard error.
  String log() throws IOException {
    return Files.readString(error);
  }

  String key(String name) throws IOException {
    return Files.readString(state.resolve("keys").resolve("default").resolve(name)).strip();
  }

  public long pid(String part) {
    return endpoints.at("/pids/" + part).longValue();
  }

  public HttpResponse<String> admin(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(endpoints.path("admin").asString() + path));
    return client.send(request.timeout(ANSWER_WITHIN).build(), BodyHandlers.ofString());
  }

  /// What the first budget of a key says.
  public String budget(String key, String field) throws Exception {
    return JSON.readTree(admin("/v1/usage/" + key).body()).at("/budgets/0/" + field).asString();
  }

  /// A short streamed request; the answer arrives whole.
  public CompletableFuture<HttpResponse<String>> ask(String key, String model) {
    var body =
        JSON.createObjectNode().put("model", model).put("max_tokens", 1000).put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", "hello");
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(listen + "/v1/messages"))
            .timeout(ANSWER_WITHIN)
            .header("authorization", "Bearer " + key)
            .header("anthropic-version", "2023-06-01")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build(),
        BodyHandlers.ofString());
  }

  /// As a terminal or a service manager would.
  public void terminate() {
    process.toHandle().destroy();
  }

  /// Ends it as nothing that it could hear of does, and waits for that.
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    var _ = awaitExit();
  }

  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("it has not ended");
    }
    return process.exitValue();
  }

  boolean leftNothing() {
    return ProcessHandle.of(pid("envoy")).isEmpty() && ProcessHandle.of(pid("redis")).isEmpty();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
