package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.anthropic.rules.HeaderRules;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import dev.sluice.testkit.provider.Retention;
import java.time.InstantSource;
import java.util.Set;

/// What a simulated provider knows: its prices, its credentials, its limits, its clock.
///
/// @param port 0 picks a free one
public record SimulatorConfig(
    int port,
    PriceTable prices,
    HeaderRules headers,
    Retention retention,
    HttpLimits limits,
    InstantSource clock) {

  /// The credential that it knows unless told otherwise.
  public static final String API_KEY = "sk-ant-simulated-0000000000000000";

  public static SimulatorConfig of(PriceTable prices) {
    return new SimulatorConfig(
        0,
        prices,
        new HeaderRules(Set.of(API_KEY), Set.of(), ForbiddenHeaders.STANDARD),
        Retention.STANDARD,
        HttpLimits.STANDARD,
        InstantSource.system());
  }

  public SimulatorConfig withPort(int value) {
    return new SimulatorConfig(value, prices, headers, retention, limits, clock);
  }

  /// Knows these values of `x-api-key` instead.
  public SimulatorConfig withApiKeys(String... values) {
    return with(new HeaderRules(Set.of(values), headers.bearers(), headers.forbidden()));
  }

  /// Knows this `Authorization: Bearer` too; without it, none is known.
  public SimulatorConfig withBearer(String value) {
    return with(new HeaderRules(headers.apiKeys(), Set.of(value), headers.forbidden()));
  }

  /// One more header that must not arrive; a name that ends with `-` stands for all it begins.
  public SimulatorConfig withForbiddenHeader(String name) {
    var more = headers.forbidden().with(name);
    return with(new HeaderRules(headers.apiKeys(), headers.bearers(), more));
  }

  public SimulatorConfig withRetention(Retention value) {
    return new SimulatorConfig(port, prices, headers, value, limits, clock);
  }

  public SimulatorConfig withLimits(HttpLimits value) {
    return new SimulatorConfig(port, prices, headers, retention, value, clock);
  }

  /// The clock of the prompt cache.
  public SimulatorConfig withClock(InstantSource value) {
    return new SimulatorConfig(port, prices, headers, retention, limits, value);
  }

  private SimulatorConfig with(HeaderRules rules) {
    return new SimulatorConfig(port, prices, rules, retention, limits, clock);
  }
}
