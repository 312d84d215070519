package dev.sluice.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.prove.Verdict.Promise;
import dev.sluice.prove.crowd.End;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The proof in its short form. How much of the limit can be used is printed; all else is asserted.
final class ProveE2E {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void a_killed_gateway_takes_no_budget_over_its_limit(Kill kill) throws Exception {
    var findings = Proof.run(folder, kill, Plan.SHORT);
    safe(findings);
    assertThat(findings.ends()).hasSize(Plan.SHORT.requests());
    Judge.judge(findings).forEach(verdict -> System.out.println(kill + ": " + verdict));
  }

  /// With money for many at once, the kill cuts many answers.
  @ParameterizedTest
  @EnumSource
  void the_holds_of_a_killed_gateway_cover_all_that_it_cut(Kill kill) throws Exception {
    var plan = new Plan(new BigDecimal("40"), 60, 10, Duration.ofSeconds(10));
    var findings = Proof.run(folder, kill, plan);
    safe(findings);
    assertThat(findings.killed().streams()).isGreaterThan(1);
    assertThat(findings.books().untold().exchanges()).isGreaterThan(1);
    assertThat(findings.count(End.Refused.class)).isZero();
    System.out.println(
        kill + ": " + findings.killed().streams() + " answers cut: " + findings.books());
  }

  private static void safe(Findings findings) {
    var verdicts = Judge.judge(findings);
    assertThat(verdicts).extracting(Verdict::promise).containsExactly(Promise.values());
    assertThat(verdicts)
        .filteredOn(verdict -> verdict.promise() != Promise.USABLE)
        .allMatch(Verdict::holds);
    assertThat(findings.killed().streams()).isPositive();
    assertThat(findings.books().all().exchanges()).isGreaterThan((int) findings.killed().billed());
    assertThat(findings.seen().looks()).isGreaterThan(10);
  }
}
