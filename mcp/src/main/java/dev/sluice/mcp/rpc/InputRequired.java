package dev.sluice.mcp.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A result that asks the client for something before the call can be done: it is sent again, with
/// the responses.
///
/// @param requests what is asked, by the server's names for it
/// @param state what the server wants to see again, untouched
public record InputRequired(Map<String, Asked> requests, Optional<String> state) {

  /// One thing that is asked, as a request without an id.
  public record Asked(String method, ObjectNode params) {}

  private static final String TYPE = "resultType";

  public InputRequired {
    requests = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(requests));
  }

  /// The type of a result; one that has none is complete.
  public static String type(JsonNode result) {
    return result.path(TYPE).stringValue("complete");
  }

  /// Empty where the result is of another type.
  public static Optional<InputRequired> of(JsonNode result) {
    if (!type(result).equals("input_required")) {
      return Optional.empty();
    }
    var requests = new LinkedHashMap<String, Asked>();
    for (var entry : result.path("inputRequests").properties()) {
      var params =
          entry.getValue().path("params") instanceof ObjectNode object
              ? object
              : JsonNodeFactory.instance.objectNode();
      requests.put(
          entry.getKey(), new Asked(entry.getValue().path("method").stringValue(""), params));
    }
    var state = result.path("requestState");
    return Optional.of(
        new InputRequired(
            requests, state.isString() ? Optional.of(state.stringValue()) : Optional.empty()));
  }

  /// The parameters of the call that is sent again.
  public ObjectNode answered(ObjectNode params, Map<String, JsonNode> responses) {
    var again = Meta.shallow(params);
    again.remove("inputResponses");
    again.remove("requestState");
    if (!responses.isEmpty()) {
      var object = again.putObject("inputResponses");
      responses.forEach(object::set);
    }
    state.ifPresent(text -> again.put("requestState", text));
    return again;
  }
}
