package dev.sluice.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How people read whose limit it is.
class LimitNameTest {

  private static final NanoUsd LIMIT = NanoUsd.parse("1");

  @ParameterizedTest
  @CsvSource({
    "KEY, default/alice, alice",
    "KEY, payments/alice, alice",
    "PROVIDER_CONFIG, payments/alice/anthropic, alice/anthropic",
    "TEAM, default/company, company",
    "TEAM, payments/company, payments/company",
    "TEAM, platform/company, platform/company",
    "PROVIDER, default/anthropic, anthropic",
    "PROVIDER, platform/anthropic, platform/anthropic",
  })
  void what_may_be_of_another_namespace_is_named_with_it(Level level, String owner, String name) {
    assertThat(Budget.of(level, owner, new Window.Rolling(Period.DAY), LIMIT).name())
        .isEqualTo(name);
  }

  @Test
  void keys_of_one_name_below_one_team_have_caps_of_their_own() {
    var cap = new Cap(Level.SESSION, "platform/team/company", LIMIT);
    assertThat(cap.ofKey("platform", "alice").of("run").owner())
        .isEqualTo("platform/team/company/alice/run");
    assertThat(cap.ofKey("payments", "alice").of("run").owner())
        .isEqualTo("platform/team/company/payments/alice/run");
  }
}
