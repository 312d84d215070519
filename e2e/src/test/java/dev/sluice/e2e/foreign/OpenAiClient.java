package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A program that speaks one of OpenAI's two languages, with a key of the gateway.
record OpenAiClient(Language language, Foreign foreign, String key) {

  static final String MODEL = "claude-opus-5-5";
  static final String IMAGE = "data:image/png;base64,iVBORw0KGgo=";

  private static final JsonMapper JSON = JsonMapper.shared();

  enum Language {
    CHAT("/v1/chat/completions", "messages"),
    RESPONSES("/v1/responses", "input");

    private final String path;
    private final String said;

    Language(String path, String said) {
      this.path = path;
      this.said = said;
    }
  }

  /// An answer, read as its language says.
  record Heard(int status, String text, JsonNode call, JsonNode usage, ArrayNode saidNext) {}

  HttpResponse<byte[]> post(String path, ObjectNode body) {
    var headers = List.of(new Header("content-type", "application/json"));
    return send(new HttpRequest("POST", path, headers, JSON.writeValueAsBytes(body)));
  }

  HttpResponse<byte[]> get(String path) {
    return send(new HttpRequest("GET", path, List.of(), new byte[0]));
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    var gateway = foreign.gateway(key);
    var token = key.isEmpty() ? "unknown" : gateway.key(key);
    return new RecordedClient(gateway.address(), token)
        .whole(new RecordedTraffic.Request("openai", request));
  }

  /// A request with one question.
  ObjectNode request(String question) {
    var said = JSON.createArrayNode();
    said.addObject().put("role", "user").put("content", question);
    return request(said);
  }

  ObjectNode request(ArrayNode said) {
    var body = JSON.createObjectNode().put("model", MODEL);
    body.set(language.said, said);
    return body;
  }

  /// The same with an image beside the question.
  ObjectNode requestWithImage(String question) {
    var said = JSON.createArrayNode();
    var content = said.addObject().put("role", "user").putArray("content");
    switch (language) {
      case CHAT -> {
        content.addObject().put("type", "text").put("text", question);
        var image = content.addObject().put("type", "image_url");
        image.putObject("image_url").put("url", IMAGE);
      }
      case RESPONSES -> {
        content.addObject().put("type", "input_text").put("text", question);
        content.addObject().put("type", "input_image").put("image_url", IMAGE);
      }
    }
    return request(said);
  }

  ObjectNode withTool(ObjectNode body) {
    var tool = body.putArray("tools").addObject().put("type", "function");
    var function = language == Language.CHAT ? tool.putObject("function") : tool;
    function.put("name", "read").put("description", "Reads a file.");
    var schema = function.putObject("parameters").put("type", "object");
    schema.putObject("properties").putObject("path").put("type", "string");
    return body;
  }

  HttpResponse<byte[]> post(ObjectNode body) {
    return post(language.path, body);
  }

  Heard whole(ObjectNode body) {
    var answer = post(body);
    var json = JSON.readTree(answer.body());
    return switch (language) {
      case CHAT -> chat(answer.statusCode(), json);
      case RESPONSES -> response(answer.statusCode(), json);
    };
  }

  private static Heard chat(int status, JsonNode json) {
    var message = json.path("choices").path(0).path("message");
    var next = JSON.createArrayNode().add(message);
    var call = message.path("tool_calls").path(0).path("function");
    return new Heard(status, message.path("content").asString(""), call, json.path("usage"), next);
  }

  private static Heard response(int status, JsonNode json) {
    var text = new StringBuilder();
    JsonNode call = JSON.missingNode();
    var next = JSON.createArrayNode();
    for (var item : json.path("output")) {
      next.add(item);
      item.path("content").forEach(part -> text.append(part.path("text").asString("")));
      call = item.path("type").asString("").equals("function_call") ? item : call;
    }
    return new Heard(status, text.toString(), call, json.path("usage"), next);
  }

  /// What comes after a call: what the model said, and what its tool came to.
  void returned(ArrayNode said, Heard heard, String result) {
    said.addAll(heard.saidNext());
    switch (language) {
      case CHAT -> {
        var id = heard.saidNext().path(0).path("tool_calls").path(0).path("id").stringValue();
        said.addObject().put("role", "tool").put("tool_call_id", id).put("content", result);
      }
      case RESPONSES ->
          said.addObject()
              .put("type", "function_call_output")
              .put("call_id", heard.call().path("call_id").stringValue())
              .put("output", result);
    }
  }

  /// The data of a stream's events, in their order.
  static List<JsonNode> events(HttpResponse<byte[]> answer) {
    var events = new ArrayList<JsonNode>();
    var text = new String(answer.body(), StandardCharsets.UTF_8);
    Arrays.stream(text.split("\n"))
        .filter(line -> line.startsWith("data: {"))
        .forEach(line -> events.add(JSON.readTree(line.substring(6))));
    return events;
  }

  /// All text that a stream's parts have.
  String text(List<JsonNode> events) {
    var text = new StringBuilder();
    for (var event : events) {
      switch (language) {
        case CHAT ->
            text.append(event.path("choices").path(0).path("delta").path("content").asString(""));
        case RESPONSES -> {
          if (event.path("type").asString("").equals("response.output_text.delta")) {
            text.append(event.path("delta").stringValue());
          }
        }
      }
    }
    return text.toString();
  }
}
