package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/models`, page by page.
final class ModelsPage {

  private static final int LIMIT_DEFAULT = 20;
  private static final int LIMIT_MAX = 1_000;

  private ModelsPage() {}

  static ObjectNode of(HttpRequest request, List<String> models) {
    var from = parameter(request, "after_id").map(id -> models.indexOf(id) + 1).orElse(0);
    var limit = parameter(request, "limit").map(Integer::parseInt).orElse(LIMIT_DEFAULT);
    var to = Math.min(models.size(), from + Math.clamp(limit, 1, LIMIT_MAX));
    var page = models.subList(from, to);
    var json = JsonNodeFactory.instance.objectNode();
    var list = json.putArray("data");
    for (var model : page) {
      list.addObject()
          .put("type", "model")
          .put("id", model)
          .put("display_name", model)
          .put("created_at", "2026-01-01T00:00:00Z");
    }
    json.put("has_more", to < models.size());
    json.put("first_id", page.isEmpty() ? null : page.getFirst());
    json.put("last_id", page.isEmpty() ? null : page.getLast());
    return json;
  }

  private static Optional<String> parameter(HttpRequest request, String name) {
    return Arrays.stream(request.query().split("&", -1))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .findFirst();
  }
}
