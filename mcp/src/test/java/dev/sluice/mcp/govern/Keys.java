package dev.sluice.mcp.govern;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys to call tools with: all of them are called alice.
///
/// @param budget a day, in US dollars
record Keys(
    String budget,
    List<RateLimit> rates,
    LedgerAway away,
    boolean suspended,
    @Nullable Instant expiresAt,
    List<String> tools) {

  static final ObjectName SERVER = new ObjectName("default", "notes");

  private static final Window.Recurring DAY = new Window.Calendar(Period.YEAR, ZoneOffset.UTC);

  static Keys of(String budget) {
    return new Keys(budget, List.of(), LedgerAway.REFUSE, false, null, List.of("*"));
  }

  Keys limited(Measure measure, long most) {
    var window =
        measure == Measure.CONCURRENT
            ? new Window.Endless()
            : new Window.Calendar(Period.YEAR, ZoneOffset.UTC);
    var rate = new RateLimit(Level.KEY, "default/alice", measure, window, most);
    return new Keys(budget, List.of(rate), away, suspended, expiresAt, tools);
  }

  Keys allowed() {
    return new Keys(budget, rates, LedgerAway.ALLOW, suspended, expiresAt, tools);
  }

  Keys withSuspension() {
    return new Keys(budget, rates, away, true, expiresAt, tools);
  }

  Keys expiring(Instant at) {
    return new Keys(budget, rates, away, suspended, at, tools);
  }

  Keys granted(String... globs) {
    return new Keys(budget, rates, away, suspended, expiresAt, List.of(globs));
  }

  Budget limit() {
    return Budget.of(Level.KEY, "default/alice", DAY, NanoUsd.parse(budget));
  }

  Caller caller() {
    var key =
        new KeyPolicy(
            new ObjectName("default", "alice"),
            KeyDigest.of("alice"),
            "alice@example.com",
            new ObjectName("default", "payments"),
            suspended,
            expiresAt,
            List.of(),
            List.of(),
            Map.of(),
            1,
            List.of(limit()),
            rates,
            List.of(),
            List.of(),
            away,
            Routing.NONE,
            new ToolAccess(List.of(List.of(new ToolGrant(SERVER, new Globs(tools))))));
    return new Caller(
        new Admissions.Admitted("req-1", key, "policy-1"),
        Optional.of("the session"),
        ClientProfile.of("claude-code", "1"),
        Caller.Narrowing.NONE);
  }
}
