package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.ParamHeaders;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.http.Header;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Which tools of a server want parameters in headers, learned from the lists that pass by.
final class ToolHeaders {

  private static final int TOOLS_MAX = 10_000;

  private final Map<String, ParamHeaders> known = new ConcurrentHashMap<>();
  private final Tally tally;

  ToolHeaders(Tally tally) {
    this.tally = tally;
  }

  /// The headers that a call must have for its parameters.
  List<Header> of(Message.Request request) {
    if (!request.method().equals("tools/call")) {
      return List.of();
    }
    return Optional.ofNullable(known.get(request.params().path("name").stringValue("")))
        .map(param -> param.headers(request.params().path("arguments")))
        .orElse(Map.of())
        .entrySet()
        .stream()
        .map(entry -> new Header(entry.getKey(), entry.getValue()))
        .toList();
  }

  /// The list without tools whose marks are not valid, as the protocol wants it.
  JsonNode learned(JsonNode list) {
    var kept = JsonNodeFactory.instance.arrayNode();
    for (var tool : list.path("tools")) {
      var headers = ParamHeaders.of(tool.path("inputSchema"));
      if (headers.isEmpty()) {
        tally.drop(Tally.Dropped.INVALID_TOOL);
        continue;
      }
      kept.add(tool);
      learn(tool.path("name").stringValue(""), headers.get());
    }
    if (kept.size() == list.path("tools").size()
        || !(list instanceof tools.jackson.databind.node.ObjectNode object)) {
      return list;
    }
    var copy = Meta.shallow(object);
    copy.set("tools", kept);
    return copy;
  }

  private void learn(String name, ParamHeaders headers) {
    if (headers.params().isEmpty()) {
      known.remove(name);
    } else if (known.size() < TOOLS_MAX) {
      known.put(name, headers);
    }
  }
}
