package dev.sluice.compiler.rules;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks the rate limits of one object.
final class RateLimitRules {

  /// What a ledger keeps exactly.
  private static final long MOST_MAX = NanoUsd.MAX.nanos();

  private RateLimitRules() {}

  static List<RateLimit> check(
      List<dev.sluice.crds.RateLimit> specs,
      Level level,
      String owner,
      String path,
      Complaints complaints) {
    var limits = new ArrayList<RateLimit>();
    var ids = new HashSet<String>();
    for (int i = 0; i < specs.size(); i++) {
      var at = path + "[" + i + "]";
      var counted = counted(specs.get(i), at, complaints).orElse(null);
      if (counted == null) {
        continue;
      }
      var window = window(counted.measure(), specs.get(i), at, complaints).orElse(null);
      if (window == null) {
        continue;
      }
      var limit = new RateLimit(level, owner, counted.measure(), window, counted.most());
      if (ids.add(limit.id())) {
        limits.add(limit);
      } else {
        var shown = limit.measure().word() + " in " + window.id();
        complaints.unexpected(at, shown, "one limit for each; this one is there already");
      }
    }
    return limits;
  }

  /// What a limit counts, and how many of it.
  private record Counted(Measure measure, long most) {}

  private static Optional<Counted> counted(
      dev.sluice.crds.RateLimit spec, String path, Complaints complaints) {
    var written =
        Stream.of(
                written(Measure.REQUESTS, spec.requests()),
                written(Measure.TOKENS, spec.tokens()),
                written(Measure.CONCURRENT, spec.concurrent()))
            .flatMap(Optional::stream)
            .toList();
    if (written.isEmpty()) {
      complaints.add(path, new Fault.Missing("requests, tokens or concurrent"));
      return Optional.empty();
    }
    var first = written.getFirst();
    if (written.size() > 1) {
      var words = written.stream().map(each -> each.measure().word());
      var expected = "one of requests, tokens and concurrent in each limit";
      complaints.unexpected(path, words.collect(Collectors.joining(" and ")), expected);
      return Optional.empty();
    }
    if (first.most() < 1 || first.most() > MOST_MAX) {
      var at = path + "." + first.measure().word();
      complaints.unexpected(at, "" + first.most(), "1.." + MOST_MAX);
      return Optional.empty();
    }
    return Optional.of(first);
  }

  private static Optional<Counted> written(Measure measure, @Nullable Long most) {
    return most == null ? Optional.empty() : Optional.of(new Counted(measure, most));
  }

  private static Optional<? extends Window> window(
      Measure measure, dev.sluice.crds.RateLimit spec, String path, Complaints complaints) {
    var window = spec.window();
    var calendar = spec.calendar();
    if (measure == Measure.CONCURRENT) {
      if (window != null) {
        complaints.unexpected(path + ".window", window.name(), "none beside concurrent");
      }
      if (calendar != null) {
        complaints.unexpected(path + ".calendar", calendar.timeZone(), "none beside concurrent");
      }
      return Optional.of(new Window.Endless());
    }
    if (window == null) {
      var expected = "Minute, Hour, Day, Week, Month or Year";
      complaints.add(path + ".window", new Fault.Missing(expected));
      return Optional.empty();
    }
    return BudgetRules.window(window, calendar, path, complaints);
  }
}
