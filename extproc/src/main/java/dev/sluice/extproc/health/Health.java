package dev.sluice.extproc.health;

import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Ejection;
import dev.sluice.core.provider.Ejection.Target;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.Shares;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leaves alone what fails, a provider or one of its accounts: after some failures in a row, or for
/// as long as it asks to be left alone. It is tried last then, never not at all; and afterwards it
/// returns little by little, session by session.
public final class Health {

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  /// Nothing is left alone for longer, whatever it asks for.
  private static final Duration EJECTED_MAX = Duration.ofMinutes(5);

  private static final Instant NEVER = Instant.EPOCH;
  private static final Standing FINE = new Standing(0, NEVER, NEVER);

  /// Tells the other gateways, and does not block.
  public interface Others {

    Others NONE = _ -> {};

    void tell(Ejection ejection);
  }

  /// @param failures in a row
  private record Standing(int failures, Instant until, Instant returned) {

    boolean isOut(Instant now) {
      return now.isBefore(until);
    }
  }

  private final ConcurrentMap<Target, Standing> standings = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final Others others;

  public Health(InstantSource clock, Others others) {
    this.clock = clock;
    this.others = others;
  }

  /// It answered well.
  public void worked(Route route) {
    if (standings.isEmpty()) {
      return;
    }
    for (var target : targets(route)) {
      standings.computeIfPresent(
          target, (_, standing) -> new Standing(0, standing.until(), standing.returned()));
    }
  }

  /// All that can be left alone of it.
  private static List<Target> targets(Route route) {
    var account = route.account();
    return List.of(
        new Target.Whole(route.upstream().name()),
        new Target.Account(account),
        new Target.AccountOfModel(account, route.model().name()));
  }

  /// It failed.
  ///
  /// @param outlier of its provider
  /// @param rest for how long it asks to be left alone; null where it does not
  public void failed(Target target, Upstream.Outlier outlier, @Nullable Duration rest) {
    var now = clock.instant();
    var standing =
        standings.merge(
            target,
            new Standing(1, NEVER, NEVER),
            (was, _) -> new Standing(was.failures() + 1, was.until(), was.returned()));
    var time = standing.failures() >= outlier.consecutiveErrors() ? outlier.ejectFor() : null;
    if (rest != null && (time == null || rest.compareTo(time) > 0)) {
      time = rest.compareTo(EJECTED_MAX) < 0 ? rest : EJECTED_MAX;
    }
    if (time != null && !standing.isOut(now)) {
      var until = now.plus(time);
      var ejection = new Ejection(target, until, until.plus(time));
      LOG.atWarn()
          .addKeyValue("target", word(target))
          .addKeyValue("failures", standing.failures())
          .addKeyValue("until", until)
          .log("a provider or an account of it fails, and is left alone");
      eject(ejection);
      others.tell(ejection);
    }
  }

  /// It is left alone, says this gateway or another one.
  public void eject(Ejection ejection) {
    standings.merge(
        ejection.target(),
        new Standing(0, ejection.until(), ejection.returned()),
        (was, is) ->
            was.until().isBefore(is.until()) ? new Standing(0, is.until(), is.returned()) : was);
  }

  /// The plan with those last that are left alone.
  ///
  /// @param run what returns together to what was left alone
  public List<Route> ordered(List<Route> plan, String run) {
    if (plan.size() == 1 || standings.isEmpty()) {
      return plan;
    }
    var now = clock.instant();
    var ordered = new ArrayList<Route>();
    var last = new ArrayList<Route>();
    for (var route : plan) {
      boolean fine = targets(route).stream().allMatch(target -> isFor(target, run, now));
      (fine ? ordered : last).add(route);
    }
    ordered.addAll(last);
    return ordered;
  }

  /// Until when it is left alone; null where it is not.
  public @Nullable Instant restsUntil(Route route) {
    var now = clock.instant();
    return targets(route).stream()
        .map(target -> standings.getOrDefault(target, FINE))
        .filter(standing -> standing.isOut(now))
        .map(Standing::until)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private boolean isFor(Target target, String run, Instant now) {
    var standing = standings.getOrDefault(target, FINE);
    if (standing.isOut(now)) {
      return false;
    }
    long left = Duration.between(now, standing.returned()).toMillis();
    long all = Duration.between(standing.until(), standing.returned()).toMillis();
    return left <= 0 || Shares.share(run) < (all - left) / (double) all;
  }

  private static String word(Target target) {
    return switch (target) {
      case Target.Whole(var provider) -> provider.label();
      case Target.Account(var credential) -> credential;
      case Target.AccountOfModel(var credential, var model) -> credential + " for " + model;
    };
  }
}
