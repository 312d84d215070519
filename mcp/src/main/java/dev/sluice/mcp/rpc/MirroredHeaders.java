package dev.sluice.mcp.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The fields of a modern request that its headers repeat, so that who stands between can tell
/// calls apart by their headers.
public final class MirroredHeaders {

  public static final String PROTOCOL_VERSION = "MCP-Protocol-Version";
  public static final String METHOD = "Mcp-Method";
  public static final String NAME = "Mcp-Name";

  private MirroredHeaders() {}

  /// The headers that a modern request must have.
  public static Map<String, String> of(Message.Request request, ProtocolVersion version) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(PROTOCOL_VERSION, version.date());
    headers.put(METHOD, request.method());
    name(request).ifPresent(name -> headers.put(NAME, HeaderText.encoded(name)));
    return headers;
  }

  /// What a request names: a tool, a prompt, or a resource by its URI.
  public static Optional<String> name(Message.Request request) {
    return switch (request.method()) {
      case "tools/call", "prompts/get" -> text(request.params().path("name"));
      case "resources/read" -> text(request.params().path("uri"));
      default -> Optional.empty();
    };
  }

  /// The error for a modern request whose headers are not those of its body.
  ///
  /// @param header the value of a header by its name, where there is one
  public static Optional<RpcError> mismatch(
      Message.Request request, Function<String, Optional<String>> header) {
    var version = Meta.version(request.params()).map(ProtocolVersion::date);
    if (!header.apply(PROTOCOL_VERSION).equals(version)) {
      return Optional.of(differs(PROTOCOL_VERSION));
    }
    if (!header.apply(METHOD).equals(Optional.of(request.method()))) {
      return Optional.of(differs(METHOD));
    }
    var named = name(request);
    var told = header.apply(NAME).flatMap(HeaderText::decoded);
    return named.isPresent() && !named.equals(told) ? Optional.of(differs(NAME)) : Optional.empty();
  }

  static RpcError differs(String name) {
    return RpcError.of(
        RpcError.HEADER_MISMATCH,
        "Header mismatch: " + name + " is missing, or differs from the body");
  }

  private static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }
}
