package dev.sluice.bench.tools;

import dev.sluice.bench.process.Role;
import dev.sluice.bench.report.Table;
import dev.sluice.bench.tools.ToolClient.Place;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Clients of the era of 2025, all at once: each opens a session and its stream, lists, and calls
/// again and again.
final class ManySessions {
  private static final int SESSIONS = 200;
  private static final int CALLS_EACH = 5;
  private static final Duration TIME_MAX = Duration.ofSeconds(60);
  private static final String VERSION = "2025-11-25";
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"%s",\
      "capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"""
          .formatted(VERSION);
  private static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}";
  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo",\
      "arguments":{"text":"session"}}}""";

  private final ToolWorld world;
  private final Place place;
  private final ConcurrentLinkedQueue<Long> calls = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> lists = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<CompletableFuture<HttpResponse<InputStream>>> streams =
      new ConcurrentLinkedQueue<>();

  ManySessions(ToolWorld world) {
    this.world = world;
    this.place = world.sluice();
  }

  List<String> errors() {
    return List.copyOf(errors);
  }

  Table measured() throws InterruptedException {
    long before = memoryMb();
    long from = System.nanoTime();
    var tasks = new ArrayList<Callable<Boolean>>();
    try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SESSIONS; i++) {
        tasks.add(() -> session(http));
      }
      for (var session : threads.invokeAll(tasks)) {
        if (session.state() == Future.State.FAILED) {
          errors.add(session.exceptionNow().toString());
        }
      }
      long wall = System.nanoTime() - from;
      long after = memoryMb();
      closeStreams();
      http.shutdownNow();
      return table(wall, before, after);
    }
  }

  private Table table(long wall, long before, long after) {
    var table = new Table(SESSIONS + " sessions at once, each with a stream", "");
    var called = Times.of(calls.stream().mapToLong(Long::longValue));
    var listed = Times.of(lists.stream().mapToLong(Long::longValue));
    table.add(List.of("all of them done in, s", Times.text(wall / 1e9)));
    table.add(List.of("tools/list of one tool, p50 and p99 ms", both(listed)));
    table.add(List.of("a call, p50 and p99 ms", both(called)));
    table.add(List.of("lists and calls", listed.count() + " and " + called.count()));
    table.add(List.of("errors", Integer.toString(errors.size())));
    table.add(List.of("memory of the JVM before and with them, MB", before + ", " + after));
    return table;
  }

  private static String both(Times times) {
    return times.count() == 0 ? "none" : Times.text(times.p50()) + ", " + Times.text(times.p99());
  }

  private long memoryMb() {
    return world.gateway().tree().residentKib().getOrDefault(Role.JVM, 0L) / 1024;
  }

  private Boolean session(HttpClient http) throws IOException, InterruptedException {
    var hello = post(http, "", INITIALIZE);
    var id = hello.headers().firstValue("mcp-session-id").orElse("");
    expect(hello, id.isEmpty() ? "a session" : "\"result\"");
    var _ = post(http, id, INITIALIZED);
    var stream = request(id).header("Accept", "text/event-stream").GET().build();
    streams.add(http.sendAsync(stream, BodyHandlers.ofInputStream()));
    timed(lists, http, id, LIST, "\"name\":\"echo\"");
    for (int i = 0; i < CALLS_EACH; i++) {
      timed(calls, http, id, CALL, "\"text\":\"session\"");
    }
    return true;
  }

  private void timed(
      ConcurrentLinkedQueue<Long> times, HttpClient http, String id, String body, String expected)
      throws IOException, InterruptedException {
    long from = System.nanoTime();
    var answer = post(http, id, body);
    times.add(System.nanoTime() - from);
    expect(answer, expected);
  }

  private static void expect(HttpResponse<String> answer, String expected) throws IOException {
    if (answer.statusCode() != 200 || !answer.body().contains(expected)) {
      throw new IOException(
          "answer: %d %s (expected: %s)".formatted(answer.statusCode(), answer.body(), expected));
    }
  }

  private HttpRequest.Builder request(String id) {
    var address = place.address();
    var url = "http://" + address.getHostString() + ":" + address.getPort() + place.path();
    var builder =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(TIME_MAX)
            .header("Authorization", "Bearer " + place.key())
            .header("MCP-Protocol-Version", VERSION);
    return id.isEmpty() ? builder : builder.header("Mcp-Session-Id", id);
  }

  private HttpResponse<String> post(HttpClient http, String id, String body)
      throws IOException, InterruptedException {
    var request =
        request(id)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private void closeStreams() {
    for (var stream : streams) {
      if (!stream.isDone() || stream.isCompletedExceptionally()) {
        errors.add("a stream was not opened");
        continue;
      }
      try {
        stream.join().body().close();
      } catch (IOException e) {
        errors.add("a stream: " + e.getMessage());
      }
    }
  }
}
