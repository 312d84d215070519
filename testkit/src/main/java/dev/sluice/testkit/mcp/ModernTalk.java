package dev.sluice.testkit.mcp;

import dev.sluice.testkit.http.HttpExchange;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool of the modern era while it runs: what it needs of the client it asks for in its result,
/// and what it tells goes on the stream of the answer, where there is one.
record ModernTalk(Optional<Feed> feed, HttpExchange exchange) implements Talk {

  private static final String PREFIX = "io.modelcontextprotocol/";
  private static final String STATE = "simulated-state-1";
  private static final Map<String, String> NEEDED =
      Map.of(
          "elicitation/create", "elicitation",
          "sampling/createMessage", "sampling",
          "roots/list", "roots");

  /// One that answers with JSON can tell nothing on the way.
  static ModernTalk silent(HttpExchange exchange) {
    return new ModernTalk(Optional.empty(), exchange);
  }

  static ModernTalk on(Feed feed, HttpExchange exchange) {
    return new ModernTalk(Optional.of(feed), exchange);
  }

  static String notification(String method, ObjectNode params) {
    var message = empty().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    return message.toString();
  }

  @Override
  public void tell(String method, ObjectNode params) {
    feed.ifPresent(stream -> stream.add(notification(method, params)));
  }

  /// It is looked for when the call comes again.
  @Override
  public JsonNode ask(String key, String method, ObjectNode asked, ObjectNode params)
      throws ProblemException {
    var needed = NEEDED.getOrDefault(method, method);
    if (!params.path("_meta").path(PREFIX + "clientCapabilities").has(needed)) {
      var data = empty();
      data.putObject("requiredCapabilities").putObject(needed);
      throw ProblemException.with(400, -32021, "Missing capability", data);
    }
    var response = params.path("inputResponses").path(key);
    if (response.isObject()) {
      if (!params.path("requestState").stringValue("").equals(STATE)) {
        throw ProblemException.of(400, -32602, "requestState is not ours");
      }
      return response;
    }
    var result = empty().put("resultType", "input_required").put("requestState", STATE);
    var request = result.putObject("inputRequests").putObject(key).put("method", method);
    request.set("params", asked);
    throw ProblemException.asking(result);
  }

  /// Only who asks for them in the call gets log messages.
  @Override
  public boolean logs(String level, ObjectNode params) {
    int least = LEVELS.indexOf(params.path("_meta").path(PREFIX + "logLevel").stringValue(""));
    return least >= 0 && LEVELS.indexOf(level) >= least;
  }

  @Override
  public boolean cancelled(Duration wait) {
    return exchange.peerLeft(wait);
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
