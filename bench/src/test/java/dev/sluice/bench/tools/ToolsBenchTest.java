package dev.sluice.bench.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Sandbox;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ToolsBenchTest {

  @Test
  void code_mode_costs_a_tenth_of_the_tokens_at_most_and_a_whole_session_a_half() {
    try (var sandbox = new Sandbox(Capacity.STANDARD, InstantSource.system())) {
      var context = new Context(sandbox);
      var plain = ToolsBench.plain(context);
      var codeMode = ToolsBench.codeMode(context);
      assertThat(codeMode.fewerTokensThan(plain)).isGreaterThan(90);
      var session = Cost.sum("session", ToolsBench.session(context).subList(0, 4));
      assertThat(session.tokens() + codeMode.tokens()).isLessThan(plain.tokens() / 2);
    }
  }
}
