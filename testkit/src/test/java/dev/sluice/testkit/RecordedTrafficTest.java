package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.anthropic.billing.Prompt;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class RecordedTrafficTest {

  private static final UUID SESSION = UUID.fromString("0123abcd-4567-4000-8000-0000000000ff");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01-first-turn-p-2.1.329",
        "02-tool-turn-p-2.1.329",
        "04-first-turn-sonnet-2.1.197",
        "09-subagent-2.1.329",
        "10-aux-title-2.1.197"
      })
  void another_session_changes_its_id_and_the_beginning_of_the_conversation(String name) {
    var recorded = RecordedTraffic.request(name).http();
    var other = RecordedTraffic.request(name).inSession(SESSION).http();
    assertThat(other.body()).hasSameSizeAs(recorded.body());
    assertThat(other.header("x-claude-code-session-id")).hasValue(SESSION.toString());
    assertThat(other.headers()).hasSameSizeAs(recorded.headers());
    var was = JsonMapper.shared().readTree(recorded.body());
    var is = JsonMapper.shared().readTree(other.body());
    assertThat(is.path("metadata").path("user_id").asString()).contains(SESSION.toString());
    assertThat(is.path("system")).isEqualTo(was.path("system"));
    assertThat(is.path("tools")).isEqualTo(was.path("tools"));
    assertThat(is.path("messages").get(0)).isNotEqualTo(was.path("messages").get(0));
    assertThat(Prompt.of("x", is).tokens()).isCloseTo(Prompt.of("x", was).tokens(), within10());
  }

  private static org.assertj.core.data.Offset<Long> within10() {
    return org.assertj.core.api.Assertions.within(10L);
  }
}
