package dev.sluice.operator.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.listing.State;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the operator reported of an object.
///
/// @param outdated it speaks of an older version of the object
record Status(JsonNode json, boolean outdated) {

  static Status of(CustomResource<JsonNode, JsonNode> object) {
    var status = object.getStatus();
    var json = status == null ? MissingNode.getInstance() : status;
    var generation = object.getMetadata().getGeneration();
    boolean outdated = generation != null && json.path("observedGeneration").asLong() < generation;
    return new Status(json, outdated);
  }

  State state() {
    var ready = condition("Ready");
    if (ready.isEmpty()) {
      return State.UNKNOWN;
    }
    var programmed = condition("Programmed").map(condition -> text(condition, "status"));
    var reason = String.valueOf(text(ready.get(), "reason"));
    var told = String.valueOf(text(ready.get(), "message"));
    // Of a bad version it says what is in force; what is wrong says another condition.
    boolean bad = reason.equals("NotInForce") || reason.equals(State.LAST_GOOD);
    var message = bad ? fault().orElse(told) : told;
    return new State(
        String.valueOf(text(ready.get(), "status")),
        programmed.orElse(null),
        reason,
        outdated ? message + " (told of an older version)" : message);
  }

  Optional<JsonNode> condition(String type) {
    for (var condition : json.path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /// The first condition that says what is wrong with the object itself.
  Optional<String> fault() {
    for (var type : List.of("Accepted", "ResolvedRefs", "Programmed")) {
      var condition = condition(type);
      if (condition.isPresent() && condition.get().path("status").asText().equals("False")) {
        return Optional.ofNullable(text(condition.get(), "message"));
      }
    }
    return Optional.empty();
  }

  /// The object's own budgets, as they are in force.
  List<LimitRow> budgets(String level, String name) {
    var rows = new ArrayList<LimitRow>();
    for (var budget : json.path("budgets")) {
      rows.add(
          new LimitRow(
              level,
              name,
              "usd",
              text(budget, "window"),
              text(budget, "kind"),
              String.valueOf(text(budget, "limitUsd")),
              text(budget, "grantsUsd"),
              text(budget, "spentUsd"),
              text(budget, "heldUsd"),
              text(budget, "remainingUsd"),
              text(budget, "resetsAt")));
    }
    return rows;
  }

  static @Nullable String text(JsonNode object, String field) {
    return object.path(field).isTextual() ? object.path(field).asText() : null;
  }
}
