package dev.sluice.extproc.models;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.price.Price;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.route.Router;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The models that a key may use, in pages as Anthropic's API has them. The same document is a list
/// as OpenAI's API has it, which knows no pages: a client that names no limit gets them all.
public final class ModelList {

  private static final int LIMIT_MAX = 1_000;

  /// Anthropic's own word for a model whose date is not known.
  private static final String CREATED_AT = "1970-01-01T00:00:00Z";

  private record Entry(Model model, Price price, ObjectName provider) {}

  private record Page(List<Entry> entries, boolean hasMore) {}

  private ModelList() {}

  /// Writes the page that was asked for.
  ///
  /// @throws Refused for a query that is malformed
  public static Answer of(
      String requestId, KeyPolicy key, Snapshot snapshot, @Nullable String query) {
    var page = page(List.copyOf(usable(key, snapshot).values()), Query.parse(query));
    return Answers.json(requestId, root -> write(root, page));
  }

  /// By name, in the order of the grants: the first one that has a model stands for the others.
  private static SequencedMap<String, Entry> usable(KeyPolicy key, Snapshot snapshot) {
    var usable = new LinkedHashMap<String, Entry>();
    for (var grant : key.grants()) {
      var upstream = snapshot.upstreams().get(grant.provider());
      if (upstream == null) {
        continue;
      }
      for (var model : upstream.models().values()) {
        var price = Router.price(upstream, model);
        if (price != null && ModelPolicy.allows(key, grant, model.name())) {
          usable.putIfAbsent(model.name(), new Entry(model, price, upstream.name()));
        }
      }
    }
    return usable;
  }

  private static Page page(List<Entry> all, Query query) {
    int limit = query.number("limit", LIMIT_MAX, LIMIT_MAX);
    var after = query.value("after_id");
    var before = query.value("before_id");
    if (before != null) {
      int end = index(all, "before_id", before);
      int start = Math.max(0, end - limit);
      return new Page(all.subList(start, end), start > 0);
    }
    int start = after == null ? 0 : index(all, "after_id", after) + 1;
    int end = Math.min(all.size(), start + limit);
    return new Page(all.subList(start, end), end < all.size());
  }

  private static int index(List<Entry> all, String name, String id) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).model().name().equals(id)) {
        return i;
      }
    }
    throw new Refused(new Refusal.BodyMalformed(name + ": " + id, "an id of this list"));
  }

  private static void write(ObjectNode root, Page page) {
    root.put("object", "list");
    var data = root.putArray("data");
    var ids = new ArrayList<String>();
    for (var entry : page.entries()) {
      var model = entry.model();
      ids.add(model.name());
      data.addObject()
          .put("type", "model")
          .put("id", model.name())
          .put("display_name", model.displayName())
          .put("created_at", CREATED_AT)
          .put("object", "model")
          .put("created", 0)
          .put("owned_by", entry.provider().toString())
          .put("description", description(model, entry.price()));
    }
    root.put("has_more", page.hasMore());
    root.put("first_id", ids.isEmpty() ? null : ids.getFirst());
    root.put("last_id", ids.isEmpty() ? null : ids.getLast());
  }

  private static String description(Model model, Price price) {
    var in = "$" + price.rates().input().toUsd() + " in";
    return switch (model.kind()) {
      case TEXT -> in + ", $" + price.rates().output().toUsd() + " out per million tokens";
      case EMBEDDING -> in + " per million tokens, for embeddings";
    };
  }
}
