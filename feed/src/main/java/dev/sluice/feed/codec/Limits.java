package dev.sluice.feed.codec;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Ladder;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.time.ZoneId;
import java.util.List;

/// The limits, and the lists of tools, of a snapshot that is being read, by their places. Keys
/// share them, not copies.
final class Limits {

  private final List<Budget> budgets;
  private final List<RateLimit> rateLimits;
  private final List<Cap> caps;
  private final List<Ladder> ladders;
  private final List<List<ToolGrant>> tools;

  Limits(PolicyProto.Snapshot snapshot) {
    budgets = snapshot.getBudgetsList().stream().map(Limits::budget).toList();
    rateLimits = snapshot.getRateLimitsList().stream().map(Limits::rateLimit).toList();
    caps = snapshot.getCapsList().stream().map(Limits::cap).toList();
    ladders = snapshot.getLaddersList().stream().map(this::ladder).toList();
    tools = snapshot.getToolGrantsList().stream().map(Limits::tools).toList();
  }

  List<Budget> budgets(List<Integer> places) {
    return at(places, budgets, "budget");
  }

  List<RateLimit> rateLimits(List<Integer> places) {
    return at(places, rateLimits, "rate limit");
  }

  List<Cap> caps(List<Integer> places) {
    return at(places, caps, "cap");
  }

  List<Ladder> ladders(List<Integer> places) {
    return at(places, ladders, "ladder");
  }

  ToolAccess tools(List<Integer> places) {
    return places.isEmpty()
        ? ToolAccess.NONE
        : new ToolAccess(at(places, tools, "grants of tools"));
  }

  private static List<ToolGrant> tools(PolicyProto.ToolGrants list) {
    return list.getGrantsList().stream()
        .map(grant -> new ToolGrant(Words.of(grant.getServer()), Routes.read(grant.getTools())))
        .toList();
  }

  private static <T> List<T> at(List<Integer> places, List<T> table, String what) {
    for (int place : places) {
      if (place < 0 || place >= table.size()) {
        throw new IllegalArgumentException(
            "%s at %d (expected: one of %d)".formatted(what, place, table.size()));
      }
    }
    return places.stream().map(table::get).toList();
  }

  private static Budget budget(PolicyProto.Budget budget) {
    if (!(window(budget.getWindow()) instanceof Window.Recurring window)) {
      throw new IllegalArgumentException(
          "window of %s: endless (expected: one that ends)".formatted(budget.getOwner()));
    }
    return new Budget(
        Words.of(budget.getLevel(), budget.getLevelValue()),
        budget.getOwner(),
        window,
        new NanoUsd(budget.getLimitNanoUsd()),
        budget.getRaisesList().stream().map(Limits::raise).toList());
  }

  private static Raise raise(PolicyProto.Raise raise) {
    return new Raise(new NanoUsd(raise.getAddNanoUsd()), Words.of(raise.getUntil()));
  }

  private static RateLimit rateLimit(PolicyProto.RateLimit limit) {
    return new RateLimit(
        Words.of(limit.getLevel(), limit.getLevelValue()),
        limit.getOwner(),
        Words.of(limit.getMeasure(), limit.getMeasureValue()),
        window(limit.getWindow()),
        limit.getMost());
  }

  private static Window window(PolicyProto.Window window) {
    return switch (window.getStart()) {
      case START_ENDLESS -> new Window.Endless();
      case START_ROLLING ->
          new Window.Rolling(Words.of(window.getPeriod(), window.getPeriodValue()));
      case START_CALENDAR ->
          new Window.Calendar(
              Words.of(window.getPeriod(), window.getPeriodValue()), ZoneId.of(window.getZone()));
      case START_UNSPECIFIED, UNRECOGNIZED ->
          throw Words.unknown("window.start", window.getStartValue());
    };
  }

  private static Cap cap(PolicyProto.Cap cap) {
    return new Cap(
        Words.of(cap.getLevel(), cap.getLevelValue()),
        cap.getCarrier(),
        new NanoUsd(cap.getLimitNanoUsd()));
  }

  private Ladder ladder(PolicyProto.Ladder ladder) {
    return new Ladder(
        budgets(ladder.getBudgetsList()),
        ladder.getStepsList().stream()
            .map(step -> new Ladder.Step(step.getAt(), step.getModel()))
            .toList());
  }
}
