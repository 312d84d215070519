package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A ledger scenario as text: each line is a step, and after `->` its answer. AMOUNT is USD, or
/// USD+TOKENSt.
///
/// ```
/// time    2031-03-30T00:59:58Z
/// budget  NAME limit USD [grant USD until INSTANT]... PERIOD (rolling | ZONE)
/// rate    NAME limit COUNT (tokens | requests) PERIOD (rolling | ZONE)
/// rate    NAME limit COUNT concurrent
/// hold    ID LIMIT[,LIMIT...] AMOUNT[..AMOUNT] [DURATION] -> granted AMOUNT | busy ...
///                       | exhausted ...
/// extend  ID STEP LIMIT[,LIMIT...] AMOUNT[..AMOUNT] -> extended AMOUNT | busy ... | exhausted ...
///                       | ended
/// charge  ID LIMIT[,LIMIT...] AMOUNT -> as settle
/// beat    ID[,ID...] DURATION -> COUNT
/// settle  ID AMOUNT  -> posted USD | overrun USD excess USD | corrected USD from USD
///                       | already corrected USD | ended USD | open | unknown
/// release ID         -> as settle
/// correct ID AMOUNT  -> as settle
/// confirm ID AMOUNT  -> as settle
/// find    ID         -> open since INSTANT NOTE | expired USD since INSTANT NOTE | nothing
/// expire  MAX        -> ID... | none
/// balance LIMIT      -> posted COUNT held COUNT resets INSTANT
/// ```
public final class Scenario {

  private static final Path FOLDER = Path.of("src/test/resources/dev/sluice/ledger/scenarios");

  private final Blocking ledger;
  private final Consumer<Instant> clock;
  private final Map<String, Limit> limits = new HashMap<>();

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
          case "rate" -> rate(words);
          case "hold" -> hold(words);
          case "extend" -> extend(words);
          case "charge" -> charge(words);
          case "beat" -> beat(words);
          case "settle" -> show(ledger.settle(words.get(1), amounts(words.get(2))));
          case "correct" -> show(ledger.correct(words.get(1), amounts(words.get(2))));
          case "confirm" -> show(ledger.confirm(words.get(1), amounts(words.get(2))));
          case "find" -> show(ledger.find(words.get(1)));
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
    var raises = new ArrayList<Raise>();
    int at = 4;
    for (; words.get(at).equals("grant"); at += 4) {
      raises.add(new Raise(NanoUsd.parse(words.get(at + 1)), Instant.parse(words.get(at + 3))));
    }
    var limit = NanoUsd.parse(words.get(3));
    limits.put(
        words.get(1),
        new Budget(
            Level.TEAM, owner(words), window(words.get(at), words.getLast()), limit, raises));
    return "";
  }

  private String rate(List<String> words) {
    var measure = Measure.valueOf(words.get(4).toUpperCase(Locale.ROOT));
    var window =
        measure == Measure.CONCURRENT
            ? new Window.Endless()
            : window(words.get(5), words.getLast());
    long most = Long.parseLong(words.get(3));
    limits.put(words.get(1), new RateLimit(Level.TEAM, owner(words), measure, window, most));
    return "";
  }

  private static String owner(List<String> words) {
    return "default/" + words.get(1);
  }

  private static Window.Recurring window(String period, String zone) {
    var length = Period.valueOf(period.toUpperCase(Locale.ROOT));
    return zone.equals("rolling")
        ? new Window.Rolling(length)
        : new Window.Calendar(length, ZoneId.of(zone));
  }

  private List<Limit> named(String names) {
    return Stream.of(names.split(",")).map(limits::get).toList();
  }

  private static Amounts amounts(String text) {
    var parts = text.split("\\+");
    long tokens = parts.length == 1 ? 0 : Long.parseLong(parts[1].replace("t", ""));
    return new Amounts(NanoUsd.parse(parts[0]), tokens);
  }

  private static List<Amounts> range(String text) {
    var ends = text.split("\\.\\.");
    return List.of(amounts(ends[0]), amounts(ends[ends.length - 1]));
  }

  private String hold(List<String> words) {
    var lifetime = words.size() > 4 ? Duration.parse("PT" + words.get(4)) : Duration.ofHours(1);
    return show(ledger.reserve(request(words, lifetime)));
  }

  private HoldRequest request(List<String> words, Duration lifetime) {
    var range = range(words.get(3));
    var charged = named(words.get(2));
    return new HoldRequest(
        words.get(1), charged, range.getFirst(), range.getLast(), "prices-1", lifetime);
  }

  private String charge(List<String> words) {
    var request = request(words, Duration.ofHours(1));
    return show(ledger.charge(request, request.ask()));
  }

  private String extend(List<String> words) {
    var range = range(words.get(4));
    var extension =
        new HoldExtension(
            words.get(1),
            Integer.parseInt(words.get(2)),
            named(words.get(3)),
            range.getFirst(),
            range.getLast());
    return switch (ledger.extend(extension)) {
      case Extension.Extended(var granted, _) -> "extended " + show(granted);
      case Extension.Busy(var standing) -> "busy " + left(standing);
      case Extension.Exhausted(var standing) -> "exhausted " + left(standing);
      case Extension.Ended _ -> "ended";
    };
  }

  private String beat(List<String> words) {
    var ids = List.of(words.get(1).split(","));
    return "" + ledger.heartbeat(ids, Duration.parse("PT" + words.get(2)));
  }

  private String expire(List<String> words) {
    var ended = ledger.expire(Integer.parseInt(words.get(1)));
    return ended.isEmpty()
        ? "none"
        : ended.stream().map(ExpiredHold::id).collect(Collectors.joining(" "));
  }

  private String balance(List<String> words) {
    var standing = ledger.standings(named(words.get(1))).getFirst();
    var used =
        switch (standing) {
          case Balance(_, _, var posted, var held, _) ->
              "posted " + posted.toUsd() + " held " + held.toUsd();
          case RateStanding(_, long posted, long held, _) -> "posted " + posted + " held " + held;
        };
    return used + " resets " + standing.resetsAt();
  }

  private static String show(Amounts amounts) {
    return amounts.usd().toUsd() + (amounts.tokens() == 0 ? "" : "+" + amounts.tokens() + "t");
  }

  private static String show(Reservation reservation) {
    return switch (reservation) {
      case Reservation.Granted(var amounts, _) -> "granted " + show(amounts);
      case Reservation.Busy(var standing) -> "busy " + left(standing);
      case Reservation.Exhausted(var standing) -> "exhausted " + left(standing);
    };
  }

  private static String left(Standing standing) {
    var left =
        switch (standing) {
          case Balance balance -> balance.remaining().toUsd();
          case RateStanding rate -> "" + rate.remaining();
        };
    return standing.limit().name() + " left " + left;
  }

  private static String show(HoldState state) {
    return switch (state) {
      case HoldState.Open(var since, var note) -> "open since " + since + " " + note;
      case HoldState.Expired(var since, var note, var posted) ->
          "expired " + posted.toUsd() + " since " + since + " " + note;
      case HoldState.Nothing() -> "nothing";
    };
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
