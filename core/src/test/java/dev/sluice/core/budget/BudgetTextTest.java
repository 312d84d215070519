package dev.sluice.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whose limit a refusal names.
class BudgetTextTest {

  private static final NanoUsd LIMIT = NanoUsd.parse("1");

  @ParameterizedTest
  @CsvSource({
    "KEY, payments/alice, Budget of key alice used up: $1 of $1 a day",
    "TEAM, default/company, Budget of team company used up: $1 of $1 a day",
    "TEAM, platform/company, Budget of team platform/company used up: $1 of $1 a day",
    "PROVIDER_CONFIG, a/alice/b/llm, Budget of key alice at provider b/llm used up: $1 of $1 a day",
    "SESSION, a/key/alice/one, Cap of session one of key alice is used up: $1 of $1",
    "SESSION, default/team/dev/bob/one, Cap of session one of team dev is used up: $1 of $1",
    "AGENT, a/team/dev/bob/one, Cap of agent one of team a/dev is used up: $1 of $1",
    "AGENT, a/team/dev/b/bob/one, Cap of agent one of team a/dev is used up: $1 of $1",
  })
  void a_team_of_another_namespace_is_named_with_it(Level level, String owner, String text) {
    var budget = Budget.of(level, owner, new Window.Rolling(Period.DAY), LIMIT);
    var balance = new Balance(budget, NanoUsd.ZERO, LIMIT, NanoUsd.ZERO, null);
    assertThat(BudgetText.exhausted(balance, "")).isEqualTo(text);
  }

  @Test
  void a_budget_that_is_too_small_for_another_model_names_it_and_one_that_is_used_up_does_not() {
    var budget = Budget.of(Level.KEY, "default/alice", new Window.Rolling(Period.DAY), LIMIT);
    var model = " (model dear in place of cheap)";
    var some = new Balance(budget, NanoUsd.ZERO, NanoUsd.parse("0.9"), NanoUsd.ZERO, null);
    assertThat(BudgetText.exhausted(some, model))
        .isEqualTo(
            "Budget of key alice has too little left for this request (model dear in place of"
                + " cheap): $0.90 of $1 a day used");
    var all = new Balance(budget, NanoUsd.ZERO, LIMIT, NanoUsd.ZERO, null);
    assertThat(BudgetText.exhausted(all, model)).doesNotContain("dear");
  }
}
