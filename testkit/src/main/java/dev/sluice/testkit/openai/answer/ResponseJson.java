package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.script.ApiCall;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The object `response`, with what the request asked for and what goes for it otherwise.
public final class ResponseJson {

  private static final List<String> NULL_OTHERWISE =
      List.of(
          "instructions",
          "max_output_tokens",
          "max_tool_calls",
          "previous_response_id",
          "prompt_cache_key",
          "prompt_cache_retention",
          "safety_identifier",
          "user");

  private ResponseJson() {}

  /// One that has begun.
  static ObjectNode begun(ApiCall call, InstantSource clock) {
    var body = call.body();
    var json = object().put("id", Ids.response(call.requestId())).put("object", "response");
    json.put("created_at", clock.instant().getEpochSecond()).put("status", "in_progress");
    json.put("background", false).putNull("error").putNull("incomplete_details");
    json.put("model", call.model()).putArray("output");
    NULL_OTHERWISE.forEach(name -> json.set(name, asked(body, name, nothing())));
    json.put("parallel_tool_calls", body.path("parallel_tool_calls").asBoolean(true));
    var reasoning = json.putObject("reasoning");
    for (var name : List.of("effort", "summary")) {
      reasoning.set(name, asked(body.path("reasoning"), name, nothing()));
    }
    json.put("service_tier", "auto").put("store", body.path("store").asBoolean(true));
    json.put("temperature", body.path("temperature").asDouble(1));
    json.put("top_p", body.path("top_p").asDouble(1));
    var text = object().put("verbosity", body.path("text").path("verbosity").asString("medium"));
    text.set("format", asked(body.path("text"), "format", object().put("type", "text")));
    json.set("text", text);
    json.set("tool_choice", asked(body, "tool_choice", string("auto")));
    json.set("tools", asked(body, "tools", JsonNodeFactory.instance.arrayNode()));
    json.put("top_logprobs", 0).put("truncation", body.path("truncation").asString("disabled"));
    json.putNull("usage");
    json.set("metadata", asked(body, "metadata", object()));
    return json;
  }

  /// One that has ended, well or too early.
  ///
  /// @param incomplete why it is; empty where it is complete
  static ObjectNode ended(ObjectNode begun, ArrayNode output, ObjectNode usage, String incomplete) {
    var json = begun.deepCopy().put("status", incomplete.isEmpty() ? "completed" : "incomplete");
    if (!incomplete.isEmpty()) {
      json.putObject("incomplete_details").put("reason", incomplete);
    }
    json.set("output", output);
    json.set("usage", usage);
    return json.put("service_tier", "default");
  }

  /// One that has failed.
  public static ObjectNode failed(ApiCall call, InstantSource clock, String code, String message) {
    var json = begun(call, clock).put("status", "failed");
    json.putObject("error").put("code", code).put("message", message);
    return json;
  }

  private static JsonNode asked(JsonNode body, String name, JsonNode otherwise) {
    return body.hasNonNull(name) ? body.path(name) : otherwise;
  }

  private static JsonNode nothing() {
    return JsonNodeFactory.instance.nullNode();
  }

  private static JsonNode string(String text) {
    return JsonNodeFactory.instance.stringNode(text);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
