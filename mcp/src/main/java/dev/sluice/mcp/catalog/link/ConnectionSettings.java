package dev.sluice.mcp.catalog.link;

import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.guard.GuardRules;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What connections need beside a declaration.
///
/// @param rules which addresses may be called
/// @param programs which programs may be started, and `starter` where they run
/// @param profile what servers know this gateway by
/// @param limits those of times that a declaration has are its own
public record ConnectionSettings(
    GuardRules rules,
    Programs programs,
    ProgramStarter starter,
    ClientProfile profile,
    UpstreamLimits limits,
    InstantSource clock,
    RandomGenerator random) {

  public static ConnectionSettings of(GuardRules rules, Programs programs, ClientProfile profile) {
    return new ConnectionSettings(
        rules,
        programs,
        ProgramStarter.HERE,
        profile,
        UpstreamLimits.STANDARD,
        InstantSource.system(),
        RandomGenerator.getDefault());
  }

  public ConnectionSettings with(UpstreamLimits value) {
    return new ConnectionSettings(rules, programs, starter, profile, value, clock, random);
  }

  public ConnectionSettings with(ProgramStarter value) {
    return new ConnectionSettings(rules, programs, value, profile, limits, clock, random);
  }

  public ConnectionSettings with(InstantSource value) {
    return new ConnectionSettings(rules, programs, starter, profile, limits, value, random);
  }
}
