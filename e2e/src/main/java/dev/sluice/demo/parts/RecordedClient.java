package dev.sluice.demo.parts;

import dev.sluice.testkit.RecordedTraffic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/// Sends what Claude Code once sent, with a key of the gateway.
public final class RecordedClient {

  private static final Set<String> PER_CONNECTION =
      Set.of("host", "authorization", "content-length", "connection");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI gateway;
  private final String key;

  public RecordedClient(URI gateway, String key) {
    this.gateway = gateway;
    this.key = key;
  }

  /// The answer as a stream; closing it early is what a developer's Esc does.
  public HttpResponse<InputStream> open(RecordedTraffic.Request recorded) {
    return send(recorded, BodyHandlers.ofInputStream());
  }

  public HttpResponse<byte[]> whole(RecordedTraffic.Request recorded) {
    return send(recorded, BodyHandlers.ofByteArray());
  }

  private <T> HttpResponse<T> send(RecordedTraffic.Request recorded, BodyHandler<T> body) {
    var http1 = recorded.http();
    var request = HttpRequest.newBuilder(URI.create(gateway + http1.target())).timeout(TIMEOUT);
    for (var header : http1.headers()) {
      if (!PER_CONNECTION.contains(header.name().toLowerCase(Locale.ROOT))) {
        request.header(header.name(), header.value());
      }
    }
    request.header("authorization", "Bearer " + key);
    if (http1.method().equals("GET")) {
      request.GET();
    } else {
      request.POST(HttpRequest.BodyPublishers.ofByteArray(http1.body()));
    }
    try {
      return http.send(request.build(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
