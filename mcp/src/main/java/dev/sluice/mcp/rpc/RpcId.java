package dev.sluice.mcp.rpc;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The id of a request: a whole number or a text, and never null.
public sealed interface RpcId {

  /// An id that is a whole number.
  record Numbered(long number) implements RpcId {}

  /// An id that is a text; `"1"` is not the same id as `1`.
  record Named(String name) implements RpcId {}

  static RpcId of(long number) {
    return new Numbered(number);
  }

  static RpcId of(String name) {
    return new Named(name);
  }

  /// Empty for what cannot be an id.
  static Optional<RpcId> of(@Nullable JsonNode json) {
    if (json == null) {
      return Optional.empty();
    }
    if (json.isString()) {
      return Optional.of(new Named(json.stringValue()));
    }
    return json.isIntegralNumber() && json.canConvertToLong()
        ? Optional.of(new Numbered(json.longValue()))
        : Optional.empty();
  }

  default JsonNode json() {
    return switch (this) {
      case Numbered(var number) -> JsonNodeFactory.instance.numberNode(number);
      case Named(var name) -> JsonNodeFactory.instance.stringNode(name);
    };
  }
}
