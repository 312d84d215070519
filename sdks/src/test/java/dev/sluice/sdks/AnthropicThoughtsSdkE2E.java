package dev.sluice.sdks;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.TextBlock;
import com.anthropic.models.messages.ThinkingBlock;
import com.anthropic.models.messages.ThinkingConfigAdaptive;
import dev.sluice.e2e.foreign.EachType;
import dev.sluice.e2e.foreign.Thoughts;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Thoughts for Anthropic's own Java client, at models of every type of provider that think where
/// the type has such.
final class AnthropicThoughtsSdkE2E {

  private static final String BEFORE_THE_CALL = "It is in the file.";
  private static final String AFTER_IT = "So that is it.";

  private static EachType each;

  @BeforeAll
  static void start() {
    each = EachType.start();
  }

  @AfterAll
  static void stop() {
    each.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    each.assertNoCallIsLeft();
    each.assertBooksAgree();
  }

  static Stream<Arguments> everyWay() {
    return Way.of(EachType.KEYS);
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void thoughts_are_shown_and_go_back_to_who_had_them(String key, Way way) {
    each.simulator(key)
        .next(
            ToolLoop.calling(Script.answer().thinking(BEFORE_THE_CALL)),
            Script.answer().thinking(AFTER_IT).text("Forty-two."));
    var display = ThinkingConfigAdaptive.Display.SUMMARIZED;
    var asked =
        MessageCreateParams.builder()
            .model("claude-opus-5-5")
            .maxTokens(4_000)
            .thinking(ThinkingConfigAdaptive.builder().display(display).build())
            .addUserMessage("Why?");
    var loop = ToolLoop.run(AnthropicSdkE2E.client(each, key), way, asked);
    assertThat(thoughts(loop.first())).isEqualTo(shown(key, BEFORE_THE_CALL));
    assertThat(thoughts(loop.last())).isEqualTo(shown(key, AFTER_IT));
    assertThat(loop.last().content().stream().flatMap(block -> block.text().stream()))
        .extracting(TextBlock::text)
        .containsExactly("Forty-two.");
    var next = each.simulator(key).requests().getLast();
    assertThat(Thoughts.isBack(key, next, BEFORE_THE_CALL, ToolLoop.PATH))
        .isEqualTo(Thoughts.comesBack(key));
  }

  private static List<String> shown(String key, String thought) {
    return Thoughts.isShown(key) ? List.of(thought) : List.of();
  }

  /// A signature that has no thought shows as one without words.
  private static List<String> thoughts(Message answer) {
    return answer.content().stream()
        .map(ContentBlock::thinking)
        .flatMap(thinking -> thinking.stream())
        .map(ThinkingBlock::thinking)
        .filter(thought -> !thought.isEmpty())
        .toList();
  }
}
