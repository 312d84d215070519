package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A ledger scenario as text: each line is a step, and after `->` its answer.
///
/// ```
/// time    2031-03-30T00:59:58Z
/// budget  NAME limit USD [grant USD] PERIOD (rolling | ZONE)
/// hold    ID BUDGET[,BUDGET...] ASK[..LEAST] [DURATION] -> granted USD | busy ... | exhausted ...
/// settle  ID USD     -> posted USD | overrun USD excess USD | corrected USD from USD
///                       | already corrected USD | ended USD | open | unknown
/// release ID         -> as settle
/// correct ID USD     -> as settle
/// expire  MAX        -> ID... | none
/// balance BUDGET     -> posted USD held USD resets INSTANT
/// ```
public final class Scenario {

  private static final Path FOLDER = Path.of("src/test/resources/dev/sluice/ledger/scenarios");

  private final Blocking ledger;
  private final Consumer<Instant> clock;
  private final Map<String, Budget> budgets = new HashMap<>();

  public Scenario(Ledger ledger, Consumer<Instant> clock) {
    this.ledger = new Blocking(ledger);
    this.clock = clock;
  }

  /// All scenarios, by the names of their files.
  public static List<String> names() {
    try (var files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString().replace(".txt", "")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String name) {
    try {
      return Files.readString(FOLDER.resolve(name + ".txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same text, with the answers that this ledger gave.
  public String play(String text) {
    return text.lines().map(this::step).collect(Collectors.joining("\n", "", "\n"));
  }

  private String step(String line) {
    int arrow = line.indexOf("->");
    var asked = (arrow < 0 ? line : line.substring(0, arrow)).strip();
    if (asked.isEmpty() || asked.startsWith("#")) {
      return line;
    }
    var words = List.of(asked.split("\\s+"));
    var answer =
        switch (words.getFirst()) {
          case "time" -> time(words);
          case "budget" -> budget(words);
          case "hold" -> hold(words);
          case "settle" -> show(ledger.settle(words.get(1), NanoUsd.parse(words.get(2))));
          case "correct" -> show(ledger.correct(words.get(1), NanoUsd.parse(words.get(2))));
          case "release" -> show(ledger.release(words.get(1)));
          case "expire" -> expire(words);
          case "balance" -> balance(words);
          default -> throw new IllegalArgumentException(line);
        };
    return answer.isEmpty() ? line : line.substring(0, Math.max(arrow, 0)) + "-> " + answer;
  }

  private String time(List<String> words) {
    clock.accept(Instant.parse(words.get(1)));
    return "";
  }

  private String budget(List<String> words) {
    boolean grant = words.get(4).equals("grant");
    var period = Period.valueOf(words.get(grant ? 6 : 4).toUpperCase(Locale.ROOT));
    var zone = words.getLast();
    budgets.put(
        words.get(1),
        new Budget(
            Level.TEAM,
            "default/" + words.get(1),
            zone.equals("rolling")
                ? new Window.Rolling(period)
                : new Window.Calendar(period, ZoneId.of(zone)),
            NanoUsd.parse(words.get(3)),
            grant ? NanoUsd.parse(words.get(5)) : NanoUsd.ZERO));
    return "";
  }

  private String hold(List<String> words) {
    var amounts = words.get(3).split("\\.\\.");
    return show(
        ledger.reserve(
            new HoldRequest(
                words.get(1),
                Stream.of(words.get(2).split(",")).map(budgets::get).toList(),
                NanoUsd.parse(amounts[0]),
                NanoUsd.parse(amounts[amounts.length - 1]),
                "prices-1",
                words.size() > 4 ? Duration.parse("PT" + words.get(4)) : Duration.ofHours(1))));
  }

  private String expire(List<String> words) {
    var ended = ledger.expire(Integer.parseInt(words.get(1)));
    return ended.isEmpty()
        ? "none"
        : ended.stream().map(ExpiredHold::id).collect(Collectors.joining(" "));
  }

  private String balance(List<String> words) {
    var balance = ledger.balances(List.of(budgets.get(words.get(1)))).getFirst();
    return "posted %s held %s resets %s"
        .formatted(balance.posted().toUsd(), balance.held().toUsd(), balance.resetsAt());
  }

  private static String show(Reservation reservation) {
    return switch (reservation) {
      case Reservation.Granted(var amount, _) -> "granted " + amount.toUsd();
      case Reservation.Busy(var balance) -> "busy " + left(balance);
      case Reservation.Exhausted(var balance) -> "exhausted " + left(balance);
    };
  }

  private static String left(Balance balance) {
    return balance.budget().name() + " left " + balance.remaining().toUsd();
  }

  private static String show(Settlement settlement) {
    return switch (settlement) {
      case Settlement.Posted(var amount) -> "posted " + amount.toUsd();
      case Settlement.Overrun(var amount, var excess) ->
          "overrun " + amount.toUsd() + " excess " + excess.toUsd();
      case Settlement.Corrected(var posted, var before) ->
          "corrected " + posted.toUsd() + " from " + before.toUsd();
      case Settlement.AlreadyCorrected(var amount) -> "already corrected " + amount.toUsd();
      case Settlement.StillOpen() -> "open";
      case Settlement.AlreadyEnded(var amount) -> "ended " + amount.toUsd();
      case Settlement.Unknown() -> "unknown";
    };
  }
}
