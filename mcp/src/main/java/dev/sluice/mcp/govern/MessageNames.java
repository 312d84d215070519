package dev.sluice.mcp.govern;

import dev.sluice.mcp.upstream.call.Call;
import java.util.Set;

/// What records and meters call a message that is no call of a tool.
final class MessageNames {

  private static final Set<String> KNOWN =
      Set.of(
          "prompts/get",
          "resources/read",
          "resources/subscribe",
          "resources/unsubscribe",
          "completion/complete");

  private MessageNames() {}

  /// The name of the prompt, or the URI of the resource; empty where there is neither.
  static String of(Call call) {
    var params = call.params();
    return switch (call.method()) {
      case "prompts/get" -> params.path("name").stringValue("");
      case "completion/complete" -> {
        var ref = params.path("ref");
        yield ref.path("name").stringValue(ref.path("uri").stringValue(""));
      }
      default -> params.path("uri").stringValue("");
    };
  }

  /// A method as meters have it: clients can invent as many as they like.
  static String known(String method) {
    return KNOWN.contains(method) ? method : "other";
  }
}
