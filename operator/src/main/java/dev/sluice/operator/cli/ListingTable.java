package dev.sluice.operator.cli;

import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.listing.Row;
import dev.sluice.core.money.NanoUsd;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A listing as a table: one line for each row, with the budget that leaves the least.
final class ListingTable {

  private static final String NONE = "-";
  private static final String DEFAULT_NAMESPACE = "default";
  private static final List<String> STATE = List.of("READY", "REASON");
  private static final List<String> MONEY =
      List.of("BUDGET", "SPENT", "HELD", "LEFT", "LIMIT", "RESETS");

  private ListingTable() {}

  /// @param namespace that was asked for; null for all. Where a row is of another one than it, or
  ///   than the default one, namespaces are shown
  static String of(Listed listed, List<Row> rows, @Nullable String namespace) {
    if (rows.isEmpty()) {
      return "no " + (listed == Listed.SERVERS ? "servers of tools" : listed.word()) + "\n";
    }
    var usual = namespace == null ? DEFAULT_NAMESPACE : namespace;
    boolean many = rows.stream().anyMatch(row -> !row.namespace().equals(usual));
    var titles = new ArrayList<String>(many ? List.of("NAMESPACE", "NAME") : List.of("NAME"));
    titles.addAll(STATE);
    titles.addAll(titles(listed));
    boolean costs = listed != Listed.SERVERS;
    titles.addAll(costs ? MONEY : List.of());
    var table = new Table(titles);
    for (var row : rows) {
      var cells =
          new ArrayList<>(many ? List.of(row.namespace(), row.name()) : List.of(row.name()));
      cells.add(row.state().ready());
      cells.add(row.state().reason());
      cells.addAll(cells(row));
      cells.addAll(costs ? money(row) : List.of());
      table.add(cells);
    }
    return table.toString();
  }

  private static List<String> titles(Listed listed) {
    return switch (listed) {
      case KEYS -> List.of("TEAM", "OWNER");
      case TEAMS -> List.of("PARENT");
      case PROVIDERS -> List.of("TYPE", "PROGRAMMED");
      case SERVERS -> List.of("TRANSPORT", "PROTOCOL", "TOOLS", "HIDDEN", "ERROR");
    };
  }

  private static List<String> cells(Row row) {
    return switch (row) {
      case Row.OfKey key -> List.of(path(key.teams()), shown(key.owner()));
      case Row.OfTeam team -> List.of(path(team.parents()));
      case Row.OfProvider provider ->
          List.of(shown(provider.type()), shown(provider.state().programmed()));
      case Row.OfServer server ->
          List.of(
              shown(server.transport()),
              shown(server.protocol()),
              shown(server.tools()),
              shown(server.hidden()),
              shown(server.error()));
    };
  }

  /// From the root down, as paths are written.
  private static String path(List<String> upwards) {
    return upwards.isEmpty() ? NONE : String.join("/", upwards.reversed());
  }

  private static List<String> money(Row row) {
    var tightest = tightest(row);
    if (tightest.isEmpty()) {
      return MONEY.stream().map(_ -> NONE).toList();
    }
    var budget = tightest.get();
    var resets = budget.resetsAt();
    return List.of(
        budget.level() + " " + budget.name() + " " + budget.window(),
        shown(budget.posted()),
        shown(budget.held()),
        shown(budget.remaining()),
        ceiling(budget),
        resets == null ? NONE : resets.replaceFirst("\\.\\d+Z$", "Z"));
  }

  /// Of those whose use is known; the first one where of none.
  static Optional<LimitRow> tightest(Row row) {
    var known =
        row.budgets().stream()
            .filter(budget -> budget.remaining() != null)
            .min(Comparator.comparing(ListingTable::remaining));
    return known.isPresent() ? known : row.budgets().stream().findFirst();
  }

  private static NanoUsd remaining(LimitRow budget) {
    return amount(budget.remaining());
  }

  private static String ceiling(LimitRow budget) {
    return amount(budget.limit()).plus(amount(budget.activeGrants())).toUsd();
  }

  private static NanoUsd amount(@Nullable String usd) {
    return usd == null ? NanoUsd.ZERO : NanoUsd.parse(usd);
  }

  private static String shown(@Nullable Long number) {
    return number == null ? NONE : number.toString();
  }

  private static String shown(@Nullable String text) {
    return text == null || text.isEmpty() ? NONE : text;
  }
}
