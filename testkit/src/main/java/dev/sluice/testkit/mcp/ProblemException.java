package dev.sluice.testkit.mcp;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request that is answered with an error, or with a result that asks for something.
final class ProblemException extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;
  private final transient ObjectNode error;
  private final transient Optional<ObjectNode> result;

  private ProblemException(int status, ObjectNode error, Optional<ObjectNode> result) {
    super(error.toString());
    this.status = status;
    this.error = error;
    this.result = result;
  }

  static ProblemException of(int status, int code, String message) {
    var error = JsonNodeFactory.instance.objectNode();
    return new ProblemException(
        status, error.put("code", code).put("message", message), Optional.empty());
  }

  static ProblemException with(int status, int code, String message, ObjectNode data) {
    var error = JsonNodeFactory.instance.objectNode();
    error.put("code", code).put("message", message).set("data", data);
    return new ProblemException(status, error, Optional.empty());
  }

  /// No error: the call needs something first.
  static ProblemException asking(ObjectNode result) {
    return new ProblemException(200, JsonNodeFactory.instance.objectNode(), Optional.of(result));
  }

  int status() {
    return status;
  }

  ObjectNode error() {
    return error;
  }

  Optional<ObjectNode> result() {
    return result;
  }
}
