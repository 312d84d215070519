package dev.sluice.bench;

import dev.sluice.bench.ledger.RedisFigures;
import dev.sluice.bench.upstream.Answer;
import dev.sluice.bench.upstream.Upstream;
import dev.sluice.testkit.RecordedTraffic;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.Optional;

/// How often one request through the whole product asks Redis, and when: to reserve before it goes
/// upstream, and to settle after its answer has passed.
final class RoundTrips {

  private static final String RECORDED = "01-first-turn-p-2.1.329";

  /// Once the last byte is there, the exchange has ended.
  private static final int LAST_BYTES = 100;

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);

  private final URI gateway;
  private final RedisFigures redis;
  private final HttpClient client = HttpClient.newHttpClient();

  private RoundTrips(URI gateway, RedisFigures redis) {
    this.gateway = gateway;
    this.redis = redis;
  }

  /// Starts the gateway, sends a request that is answered over a second, and prints the counts.
  static void print(Path program, Path folder) {
    try (var upstream = Upstream.open()) {
      upstream.answerWith(Answer.PACED);
      try (var target = Gateway.start(program, upstream.address(), folder);
          var redis = new RedisFigures(redis(folder))) {
        var address = target.address();
        var uri = URI.create("http://" + address.getHostString() + ":" + address.getPort());
        var trips = new RoundTrips(uri, redis);
        trips.count(target, trips.whole());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As the gateway wrote it for its own Redis.
  private static URI redis(Path folder) {
    try {
      var config = Files.readString(folder.resolve("state/run/redis.conf"));
      var socket = config.replaceAll("(?s).*\\nunixsocket \"([^\"]+)\".*", "$1");
      return URI.create("redis-socket://" + socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Returns how many bytes an answer has.
  private int whole() throws IOException {
    try (var body = send().body()) {
      return body.readAllBytes().length;
    }
  }

  private void count(Target target, int bytes) throws IOException {
    redis.watchCalls();
    var answer = send();
    var id = answer.headers().firstValue("request-id").orElseThrow();
    long before;
    long during;
    try (var body = answer.body()) {
      body.read();
      before = calls(id);
      body.readNBytes(bytes - LAST_BYTES);
      during = calls(id) - before;
      body.readAllBytes();
    }
    long after = target.program().orElseThrow().await(() -> ended(id), SETTLED_WITHIN);
    System.out.printf(
        "Redis round trips of a request: %d before its answer, %d while it passed, %d after it%n",
        before, during, after - before - during);
  }

  private Optional<Long> ended(String id) {
    long calls = calls(id);
    return calls > 1 ? Optional.of(calls) : Optional.empty();
  }

  private long calls(String id) {
    return redis.calls().stream()
        .filter(RedisFigures.Call::isScript)
        .filter(call -> call.words().contains(id))
        .count();
  }

  private HttpResponse<InputStream> send() throws IOException {
    var recorded = RecordedTraffic.request(RECORDED).http();
    var request =
        HttpRequest.newBuilder(gateway.resolve(recorded.target()))
            .header("authorization", "Bearer " + Gateway.KEY)
            .header("anthropic-version", "2023-06-01")
            .POST(BodyPublishers.ofByteArray(recorded.body()))
            .build();
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
