package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A long list in pages. A cursor says between which entries the next page begins, so that it means
/// the same at every replica, and after a change of the list; where both are gone, its place
/// counts.
record Pages(String field, String key, int entriesMax) {

  private static final String SEPARATOR = "\n";

  /// Adds the page that the cursor names to the result.
  void fill(ObjectNode result, List<ObjectNode> all, JsonNode cursor) throws RefusedException {
    int from = cursor.isMissingNode() || cursor.isNull() ? 0 : start(all, cursor);
    int to = Math.min(all.size(), from + entriesMax);
    ArrayNode page = result.putArray(field);
    all.subList(from, to).forEach(page::add);
    if (to < all.size()) {
      var text = String.join(SEPARATOR, "" + to, name(all.get(to - 1)), name(all.get(to)));
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      result.put("nextCursor", Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
  }

  private int start(List<ObjectNode> all, JsonNode cursor) throws RefusedException {
    var parts = parts(decoded(cursor));
    if (parts.length != 3 || !parts[0].matches("[0-9]{1,6}")) {
      throw invalid(cursor);
    }
    int place = Integer.parseInt(parts[0]);
    if (place >= 1 && place <= all.size() && name(all.get(place - 1)).equals(parts[1])) {
      return place;
    }
    // Where both are gone, the one before has left its place.
    return place(all, parts[1])
        .map(last -> last + 1)
        .or(() -> place(all, parts[2]))
        .orElse(Math.clamp(place - 1L, 0, all.size()));
  }

  /// Its place, and the entries before and after it. A gateway of an older version says the one
  /// before alone, after a space.
  private static String[] parts(String text) {
    var older = text.contains(SEPARATOR) ? new String[0] : text.split(" ", 2);
    return older.length == 2
        ? new String[] {older[0], older[1], older[1]}
        : text.split(SEPARATOR, 3);
  }

  private Optional<Integer> place(List<ObjectNode> all, String name) {
    for (int i = 0; i < all.size(); i++) {
      if (name(all.get(i)).equals(name)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private String name(ObjectNode entry) {
    return entry.path(key).stringValue("");
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
