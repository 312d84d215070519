package dev.sluice.operator.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.BudgetStatus;
import dev.sluice.crds.Condition;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The status of each kind, as the API server takes it.
///
/// @param servers what gateways say of servers of tools
record Statuses(
    Outcome outcome, Spending spending, Map<ObjectName, ServerStanding> servers, Instant now) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  JsonNode of(Seen object, Conditions verdicts) {
    var generation = object.generation();
    var conditions = verdicts.of(object, now);
    var budgets = budgets(object.id(), outcome);
    var shown = spending.of(budgets);
    var fullest = spending.fullest(budgets).orElse(null);
    var name = object.id().name();
    Record status =
        switch (object.id().kind()) {
          case "Provider" -> new Provider.Status(generation, conditions);
          case "Team" ->
              new Team.Status(
                  generation, conditions, spent(fullest), limit(fullest), resets(fullest), shown);
          case "VirtualKey" ->
              new VirtualKey.Status(
                  generation,
                  conditions,
                  outcome.secretNames().get(name),
                  until(outcome.previousUntil().get(name)),
                  spent(fullest),
                  limit(fullest),
                  resets(fullest),
                  shown);
          default -> server(servers.get(name), generation, conditions);
        };
    return JSON.valueToTree(status);
  }

  /// @param standing null where no gateway reports on it
  private static McpServer.Status server(
      @Nullable ServerStanding standing, long generation, List<Condition> conditions) {
    return standing == null
        ? new McpServer.Status(
            generation, conditions, null, null, null, List.of(), null, List.of(), null)
        : new McpServer.Status(
            generation,
            conditions,
            standing.connected(),
            standing.protocol(),
            (long) standing.tools().size(),
            standing.shown(),
            standing.note(),
            standing.waiting(),
            standing.shownError());
  }

  /// The object's own.
  static List<Budget> budgets(ObjectId id, Outcome outcome) {
    return switch (id.kind()) {
      case "Team" -> outcome.compilation().teamBudgets(id.name());
      case "VirtualKey" -> {
        var key = outcome.keys().get(id.name());
        yield key == null
            ? List.of()
            : key.budgets().stream().filter(budget -> budget.level() == Level.KEY).toList();
      }
      default -> List.of();
    };
  }

  private static @Nullable String spent(@Nullable BudgetStatus budget) {
    return budget == null ? null : budget.spentUsd();
  }

  private static @Nullable String limit(@Nullable BudgetStatus budget) {
    return budget == null ? null : budget.limitUsd();
  }

  private static @Nullable String resets(@Nullable BudgetStatus budget) {
    return budget == null ? null : budget.resetsAt();
  }

  private static @Nullable String until(@Nullable Instant until) {
    return until == null ? null : until.toString();
  }
}
