package dev.sluice.testkit.openai;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Calls a simulated OpenAI as a client would.
final class Client {

  static final String CHAT = "/v1/chat/completions";
  static final String RESPONSES = "/v1/responses";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Simulator simulator;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Client(Simulator simulator) {
    this.simulator = simulator;
  }

  static ObjectNode chat(String model) {
    return json(
        "{'model':'%s','stream':true,'messages':[{'role':'user','content':'say hi'}]}"
            .formatted(model));
  }

  static ObjectNode response(String model) {
    return json(
        "{'model':'%s','stream':true,'input':[{'role':'user','content':'say hi'}]}"
            .formatted(model));
  }

  /// JSON with single quotes.
  static ObjectNode json(String text) {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  /// Headers as name, value, name, value; they replace the defaults.
  HttpResponse<byte[]> post(String target, ObjectNode body, String... headers) {
    var request = HttpRequest.newBuilder(simulator.uri().resolve(target));
    request.POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    request.header("content-type", "application/json");
    return send(request, headers);
  }

  HttpResponse<byte[]> get(String target, String... headers) {
    return send(HttpRequest.newBuilder(simulator.uri().resolve(target)), headers);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers) {
    if (!List.of(headers).contains("api-key")) {
      request.header("authorization", "Bearer " + OpenAiConfig.API_KEY);
    }
    for (var i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The document of a call without streaming.
  JsonNode document(String target, ObjectNode body) {
    return json(post(target, body.put("stream", false)));
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return JSON.readTree(response.body());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /// The data of all events, but for `[DONE]`.
  static List<JsonNode> events(String stream) {
    return stream
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> JSON.readTree(line.substring("data: ".length())))
        .toList();
  }

  List<JsonNode> events(String target, ObjectNode body) {
    return events(text(post(target, body)));
  }
}
