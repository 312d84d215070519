package dev.sluice.demo.parts;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A budget, as the admin server tells it.
///
/// @param resetsAt empty before the first use
public record BudgetLine(
    String level,
    String name,
    String window,
    BigDecimal limit,
    BigDecimal posted,
    BigDecimal held,
    BigDecimal remaining,
    String resetsAt) {

  /// Every budget of every key, once: the keys' own first, then those that they share.
  public static List<BudgetLine> all(JsonNode usage) {
    return usage
        .path("keys")
        .valueStream()
        .flatMap(key -> key.path("budgets").valueStream())
        .map(BudgetLine::of)
        .distinct()
        .sorted(Comparator.comparing(BudgetLine::shared))
        .toList();
  }

  public static BudgetLine of(JsonNode json) {
    return new BudgetLine(
        json.path("level").asString(),
        json.path("name").asString(),
        json.path("window").asString(),
        usd(json, "limit"),
        usd(json, "posted"),
        usd(json, "held"),
        usd(json, "remaining"),
        json.path("resetsAt").asString(""));
  }

  private static BigDecimal usd(JsonNode json, String field) {
    return new BigDecimal(json.path(field).asString());
  }

  public String title() {
    return level + " " + name;
  }

  /// Whether an exchange is charged to it.
  public boolean covers(UsageLine usage) {
    return switch (level) {
      case "key" -> usage.key().equals(name);
      case "team" -> usage.team().equals(name);
      case "provider" -> usage.provider().equals(name);
      default -> throw new IllegalStateException(level + " (expected: key, team or provider)");
    };
  }

  private boolean shared() {
    return !level.equals("key");
  }
}
