package dev.sluice.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.prove.Verdict.Promise;
import java.nio.file.Path;
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
    var verdicts = Judge.judge(findings);
    assertThat(verdicts).extracting(Verdict::promise).containsExactlyInAnyOrder(Promise.values());
    assertThat(verdicts)
        .filteredOn(verdict -> verdict.promise() != Promise.USABLE)
        .allMatch(Verdict::holds);
    assertThat(findings.killed().streams()).isPositive();
    assertThat(findings.ends()).hasSize(Plan.SHORT.requests());
    assertThat(findings.books().all().exchanges()).isGreaterThan((int) findings.killed().billed());
    assertThat(findings.seen().looks()).isGreaterThan(10);
    verdicts.forEach(verdict -> System.out.println(kill + ": " + verdict));
  }
}
