package dev.sluice.operator.cli.cluster;

import static dev.sluice.operator.cli.cluster.Status.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.listing.Row;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.kinds.ProviderResource;
import dev.sluice.operator.kinds.TeamResource;
import dev.sluice.operator.kinds.VirtualKeyResource;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Rows of objects, from what people wrote and what the operator reported.
///
/// @param teams of the namespaces that are listed, and all above them
record ClusterRows(SortedMap<ObjectName, TeamResource> teams) {

  ClusterRows {
    teams = Collections.unmodifiableSortedMap(new TreeMap<>(teams));
  }

  Row.OfKey key(VirtualKeyResource object) {
    var name = ApiObjects.name(object);
    var spec = spec(object);
    var status = Status.of(object);
    var path = path(name.namespace(), text(spec, "team"));
    var budgets = new ArrayList<>(budgets(object, "key"));
    path.forEach(team -> budgets.addAll(ofTeam(team)));
    return new Row.OfKey(
        name.namespace(),
        name.name(),
        status.state(),
        names(path, name.namespace()),
        text(spec, "owner"),
        spec.path("suspended").asBoolean(),
        text(spec, "expiresAt"),
        text(status.json(), "secretName"),
        budgets);
  }

  Row.OfTeam team(TeamResource object) {
    var name = ApiObjects.name(object);
    return new Row.OfTeam(
        name.namespace(),
        name.name(),
        Status.of(object).state(),
        names(path(name.namespace(), text(spec(object), "parent")), name.namespace()),
        budgets(object, "team"));
  }

  static Row.OfProvider provider(ProviderResource object) {
    var name = ApiObjects.name(object);
    var spec = spec(object);
    return new Row.OfProvider(
        name.namespace(),
        name.name(),
        Status.of(object).state(),
        text(spec, "type"),
        text(spec, "endpoint"),
        budgets(object, "provider"));
  }

  /// From a team to its root, as far as teams are there.
  private List<ObjectName> path(String namespace, @Nullable String start) {
    var path = new ArrayList<ObjectName>();
    var at = reference(start, namespace);
    while (at != null && !path.contains(at)) {
      path.add(at);
      var team = teams.get(at);
      at = team == null ? null : reference(text(spec(team), "parent"), at.namespace());
    }
    return path;
  }

  static @Nullable ObjectName reference(@Nullable String text, String namespace) {
    return text == null ? null : ObjectName.of(text, namespace);
  }

  private static List<String> names(List<ObjectName> path, String namespace) {
    return path.stream().map(team -> team.from(namespace)).toList();
  }

  private List<LimitRow> ofTeam(ObjectName name) {
    var team = teams.get(name);
    return team == null ? List.of() : budgets(team, "team");
  }

  /// Those that were reported, else those that are written.
  private static List<LimitRow> budgets(CustomResource<JsonNode, JsonNode> object, String level) {
    var owner = ApiObjects.name(object);
    // As `Limit.name` has it.
    var name = level.equals("key") ? owner.name() : owner.label();
    var reported = Status.of(object).budgets(level, name);
    if (!reported.isEmpty()) {
      return reported;
    }
    var written = new ArrayList<LimitRow>();
    for (var budget : spec(object).path("budgets")) {
      var kind = budget.has("calendar") ? "Calendar" : "Rolling";
      var window = text(budget, "window");
      var limit = String.valueOf(text(budget, "limitUsd"));
      written.add(
          new LimitRow(level, name, "usd", window, kind, limit, null, null, null, null, null));
    }
    return written;
  }

  static JsonNode spec(CustomResource<JsonNode, JsonNode> object) {
    var spec = object.getSpec();
    return spec == null ? MissingNode.getInstance() : spec;
  }
}
