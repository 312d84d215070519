package dev.sluice.testkit.cloud;

import dev.sluice.testkit.provider.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A test's client of a simulated cloud.
public final class CloudClient {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private CloudClient() {}

  /// JSON with single quotes, to be read.
  public static ObjectNode json(String text) {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  public static JsonNode json(HttpResponse<byte[]> response) {
    return JSON.readTree(response.body());
  }

  public static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /// A body changed by a JSON merge of its top-level members.
  public static ObjectNode changed(ObjectNode body, String change) {
    var copy = body.deepCopy();
    copy.setAll(json(change));
    return copy;
  }

  /// Headers as name, value, name, value.
  public static HttpResponse<byte[]> post(
      Simulator simulator, String target, byte[] body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(simulator.uri() + target))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    return send(request, headers);
  }

  public static HttpResponse<byte[]> get(Simulator simulator, String target, String... headers) {
    return send(HttpRequest.newBuilder(URI.create(simulator.uri() + target)), headers);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers) {
    for (var i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
