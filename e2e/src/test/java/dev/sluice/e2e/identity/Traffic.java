package dev.sluice.e2e.identity;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Small requests of one key, one after the other, until it is closed; and what came of each.
final class Traffic implements AutoCloseable {

  private static final Duration BETWEEN = Duration.ofMillis(50);
  private static final Duration LAST_WITHIN = Duration.ofSeconds(30);

  private final GatewayProcess gateway;
  private final String key;
  private final List<Answer> answers = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /// What a client got, and after how long.
  record Answer(int status, String text, Duration took) {}

  private Traffic(GatewayProcess gateway, String key) {
    this.gateway = gateway;
    this.key = key;
    this.thread = Thread.ofVirtual().unstarted(this::run);
  }

  static Traffic of(GatewayProcess gateway, String key) {
    var traffic = new Traffic(gateway, key);
    traffic.thread.start();
    return traffic;
  }

  /// One request.
  static Answer ask(GatewayProcess gateway, String key) {
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":100,"stream":true,\
        "messages":[{"role":"user","content":"Why?"}]}""";
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"));
    var http =
        new HttpRequest("POST", "/v1/messages", headers, body.getBytes(StandardCharsets.UTF_8));
    long began = System.nanoTime();
    HttpResponse<byte[]> answer =
        new RecordedClient(gateway.address(), gateway.key(key))
            .whole(new RecordedTraffic.Request("small", http));
    return new Answer(
        answer.statusCode(),
        new String(answer.body(), StandardCharsets.UTF_8),
        Duration.ofNanos(System.nanoTime() - began));
  }

  private void run() {
    try {
      do {
        var answer = ask(gateway, key);
        synchronized (answers) {
          answers.add(answer);
        }
      } while (!closing.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// All so far.
  List<Answer> answers() {
    synchronized (answers) {
      return List.copyOf(answers);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join(LAST_WITHIN);
  }
}
