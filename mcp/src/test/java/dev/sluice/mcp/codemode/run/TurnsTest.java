package dev.sluice.mcp.codemode.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final ObjectName ADA = new ObjectName("default", "ada");
  private static final ObjectName BOB = new ObjectName("default", "bob");

  @Test
  void gives_each_key_a_few_turns_and_forgets_keys_without_any() throws InterruptedException {
    var turns = new Turns(2);
    var first = turns.take(ADA, 1).orElseThrow();
    var second = turns.take(ADA, 1).orElseThrow();
    assertThat(turns.take(ADA, 1)).isEmpty();
    try (var _ = turns.take(BOB, 1).orElseThrow()) {
      assertThat(turns.keys()).isEqualTo(2);
    }
    first.close();
    try (var _ = turns.take(ADA, 1).orElseThrow()) {
      assertThat(turns.take(ADA, 1)).isEmpty();
    }
    second.close();
    assertThat(turns.keys()).isZero();
  }
}
