package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.meta.MetaToolSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The lists of what there is.
public final class Lists {

  static final String UNAVAILABLE = "dev.sluice/unavailable";

  private final MetaToolSet meta;
  private final Namer namer;
  private final PageLimits limits;

  Lists(MetaToolSet meta, Namer namer, PageLimits limits) {
    this.meta = meta;
    this.namer = namer;
    this.limits = limits;
  }

  /// The tools, and those of the gateway's own. What is offered to programs is not listed.
  ObjectNode tools(View view, Query query) throws RefusedException {
    var named = namer.named(view);
    var visible = named.all();
    var all = new ArrayList<ObjectNode>();
    for (var tool : visible) {
      if (!tool.server().declared().codeMode()) {
        all.add(View.shown(tool));
      }
    }
    for (var definition : meta.definitions(view.caller(), visible)) {
      if (named.find(definition.path("name").stringValue("")).isEmpty()) {
        all.add(definition);
      }
    }
    return page(view, query, "tools", "name", all);
  }

  ObjectNode prompts(View view, Query query) throws RefusedException {
    return page(view, query, "prompts", "name", view.prompts().stream().map(View::shown).toList());
  }

  ObjectNode resources(View view, Query query) throws RefusedException {
    return page(view, query, "resources", "uri", once(view, "uri", Offered::resources));
  }

  ObjectNode templates(View view, Query query) throws RefusedException {
    return page(
        view,
        query,
        "resourceTemplates",
        "uriTemplate",
        once(view, "uriTemplate", Offered::resourceTemplates));
  }

  /// Of what two servers list under one name, the first one's.
  private static List<ObjectNode> once(
      View view, String key, Function<Offered, List<ObjectNode>> listed) {
    var all = new LinkedHashMap<String, ObjectNode>();
    for (var server : view.servers()) {
      for (var entry : listed.apply(server)) {
        all.putIfAbsent(entry.path(key).stringValue(""), entry);
      }
    }
    return List.copyOf(all.values());
  }

  private ObjectNode page(View view, Query query, String field, String key, List<ObjectNode> all)
      throws RefusedException {
    var result = JsonNodeFactory.instance.objectNode();
    new Pages(field, key, limits.pageEntriesMax()).fill(result, all, query.params().path("cursor"));
    if (query.era() == Era.MODERN) {
      result.put("ttlMs", limits.ttl().toMillis()).put("cacheScope", "private");
    }
    return view.unavailable().map(away -> Meta.with(result, UNAVAILABLE, away)).orElse(result);
  }
}
