package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A long list in pages. A cursor says after which entry the next page begins, so that it means the
/// same at every replica; where that entry is gone, its place counts.
record Pages(String field, String key, int entriesMax) {

  /// Adds the page that the cursor names to the result.
  void fill(ObjectNode result, List<ObjectNode> all, JsonNode cursor) throws RefusedException {
    int from = cursor.isMissingNode() || cursor.isNull() ? 0 : start(all, cursor);
    int to = Math.min(all.size(), from + entriesMax);
    ArrayNode page = result.putArray(field);
    all.subList(from, to).forEach(page::add);
    if (to < all.size()) {
      var text = to + " " + all.get(to - 1).path(key).stringValue("");
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      result.put("nextCursor", Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
  }

  private int start(List<ObjectNode> all, JsonNode cursor) throws RefusedException {
    var parts = decoded(cursor).split(" ", 2);
    if (parts.length != 2 || !parts[0].matches("[0-9]{1,6}")) {
      throw invalid(cursor);
    }
    int place = Integer.parseInt(parts[0]);
    if (place >= 1 && place <= all.size() && names(all.get(place - 1), parts[1])) {
      return place;
    }
    for (var i = 0; i < all.size(); i++) {
      if (names(all.get(i), parts[1])) {
        return i + 1;
      }
    }
    return Math.min(place, all.size());
  }

  private boolean names(ObjectNode entry, String name) {
    return entry.path(key).stringValue("").equals(name);
  }

  private static String decoded(JsonNode cursor) throws RefusedException {
    try {
      var bytes = Base64.getUrlDecoder().decode(cursor.stringValue(""));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw invalid(cursor);
    }
  }

  private static RefusedException invalid(JsonNode cursor) {
    return RefusedException.of(
        200,
        RpcError.INVALID_PARAMS,
        "cursor: %s (expected: a nextCursor of this list)"
            .formatted(Incoming.shown(cursor.asString(""))));
  }
}
