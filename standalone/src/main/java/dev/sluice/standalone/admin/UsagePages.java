package dev.sluice.standalone.admin;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Window;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What every key may spend, has spent, and holds.
public record UsagePages(SnapshotStore store, Ledger ledger) {

  private static final String DEFAULT_NAMESPACE = "default";

  /// `GET /v1/usage`
  public Answer all() {
    return withLedger(
        () -> {
          var snapshot = store.current();
          var keys = snapshot.keysByName().stream().map(key -> usage(key, snapshot)).toList();
          return Answer.json(
              200,
              json -> {
                json.writeStartObject();
                json.writeArrayPropertyStart("keys");
                keys.forEach(key -> key.write(json));
                json.writeEndArray();
                json.writeEndObject();
              });
        });
  }

  /// `GET /v1/usage/NAME` and `GET /v1/usage/NAMESPACE/NAME`
  public Answer one(String name) {
    return withLedger(
        () -> {
          var snapshot = store.current();
          var found = find(name, snapshot);
          return switch (found.size()) {
            case 1 -> {
              var usage = usage(found.getFirst(), snapshot);
              yield Answer.json(200, usage::write);
            }
            case 0 -> Answer.problem(404, "key: " + name + " (expected: NAME or NAMESPACE/NAME)");
            default ->
                Answer.problem(
                    404,
                    "key: "
                        + name
                        + " (expected: one of "
                        + found.stream().map(KeyPolicy::name).toList()
                        + ")");
          };
        });
  }

  static Answer withLedger(Supplier<Answer> answer) {
    try {
      return answer.get();
    } catch (LedgerUnavailableException _) {
      return Answer.problem(503, "the ledger cannot be reached");
    }
  }

  /// A bare name is the one of the default namespace, else the only one of that name.
  private static List<KeyPolicy> find(String text, Snapshot snapshot) {
    var keys = snapshot.keysByName();
    var whole = text.indexOf('/') < 0 ? DEFAULT_NAMESPACE + "/" + text : text;
    var exact = keys.stream().filter(key -> key.name().toString().equals(whole)).toList();
    return exact.isEmpty()
        ? keys.stream().filter(key -> key.name().name().equals(text)).toList()
        : exact;
  }

  private KeyUsage usage(KeyPolicy key, Snapshot snapshot) {
    return new KeyUsage(key, ledger.balances(budgets(key, snapshot)));
  }

  /// The key's own first, then its provider configs', its teams', its providers'.
  static List<Budget> budgets(KeyPolicy key, Snapshot snapshot) {
    var budgets = new LinkedHashSet<>(key.budgets());
    for (var grant : key.grants()) {
      budgets.addAll(grant.budgets());
      var upstream = snapshot.upstreams().get(grant.provider());
      if (upstream != null) {
        budgets.addAll(upstream.budgets());
      }
    }
    var sorted = new ArrayList<>(budgets);
    sorted.sort(Comparator.comparing(Budget::level));
    return sorted;
  }

  private record KeyUsage(KeyPolicy key, List<Balance> balances) {

    void write(JsonGenerator json) {
      json.writeStartObject();
      json.writeStringProperty("key", key.name().label());
      string(json, "owner", key.owner());
      var team = key.team();
      string(json, "team", team == null ? null : team.label());
      json.writeArrayPropertyStart("budgets");
      balances.forEach(balance -> write(json, balance));
      json.writeEndArray();
      json.writeEndObject();
    }

    private static void write(JsonGenerator json, Balance balance) {
      var budget = balance.budget();
      var resetsAt = balance.resetsAt();
      json.writeStartObject();
      json.writeStringProperty("level", budget.level().word());
      json.writeStringProperty("name", budget.name());
      json.writeStringProperty("window", budget.window().period().title());
      json.writeStringProperty("kind", kind(budget.window()));
      json.writeStringProperty("limit", budget.limit().toUsd());
      json.writeStringProperty("activeGrants", balance.activeGrants().toUsd());
      json.writeStringProperty("posted", balance.posted().toUsd());
      json.writeStringProperty("held", balance.held().toUsd());
      json.writeStringProperty("remaining", balance.remaining().toUsd());
      string(json, "resetsAt", resetsAt == null ? null : resetsAt.toString());
      json.writeEndObject();
    }

    private static String kind(Window.Recurring window) {
      return switch (window) {
        case Window.Calendar _ -> "Calendar";
        case Window.Rolling _ -> "Rolling";
      };
    }

    private static void string(JsonGenerator json, String name, @Nullable String value) {
      if (value == null) {
        json.writeNullProperty(name);
      } else {
        json.writeStringProperty(name, value);
      }
    }
  }
}
