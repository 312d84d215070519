package dev.sluice.testkit.mcp;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a tool can do while it runs, in the way of its era.
interface Talk {

  /// Of log messages, the least first.
  List<String> LEVELS =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  void tell(String method, ObjectNode params);

  /// Asks the client for something, and waits for its result.
  JsonNode ask(String key, String method, ObjectNode params, ObjectNode callParams)
      throws ProblemException;

  /// Whether the client hears log messages of that level.
  boolean logs(String level, ObjectNode callParams);

  /// Waits, and returns true at once when the call is cancelled.
  boolean cancelled(Duration wait);
}
