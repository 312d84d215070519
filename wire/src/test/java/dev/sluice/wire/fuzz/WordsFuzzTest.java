package dev.sluice.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.message.MessagesError;
import dev.sluice.wire.json.WellFormed;
import dev.sluice.wire.openai.client.Thoughts;
import dev.sluice.wire.translate.Seal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Errors, usage and seals: the short texts that come from elsewhere.
final class WordsFuzzTest {

  private static final int MESSAGE_CHARS_MAX = 70_000;

  static Stream<byte[]> errors() {
    return Seeds.files("fuzz/errors", "");
  }

  static Stream<byte[]> words() {
    return Seeds.files("fuzz/claude", "");
  }

  @MethodSource("errors")
  @FuzzTest
  void an_error_of_any_provider_becomes_one_of_the_messages_api(byte[] body) {
    for (var language : Languages.OF_EACH_KIND) {
      for (int status : new int[] {400, 403, 429, 500}) {
        Frugal.read(body, () -> told(language.error(status, body)));
      }
    }
    MessagesError.isOne(body);
  }

  private static void told(dev.sluice.wire.translate.ProviderError error) {
    assertThat(error.message()).hasSizeLessThan(MESSAGE_CHARS_MAX);
    var told = MessagesError.of(error, "req_1");
    assertThat(MessagesError.isOne(told.body())).isTrue();
    assertThat(told.status()).isBetween(400, 599);
  }

  @MethodSource("words")
  @FuzzTest
  void usage_is_what_can_be_counted(byte[] bytes) {
    Frugal.read(bytes, () -> count(new String(bytes, StandardCharsets.UTF_8)));
    try {
      assertThat(BodyEdit.countedTokens(bytes)).isNotNegative();
    } catch (MalformedBodyException e) {
      assertThat(e.getMessage()).contains("expected");
    }
  }

  private static void count(String event) {
    var usage = new UsageMerge().start(event).delta(event).whole(event);
    assertThat(usage.tokens().inputInAll()).isNotNegative();
    assertThat(usage.tokens().output()).isNotNegative();
    usage.finished();
    try {
      Visible.parse(event);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @MethodSource("words")
  @FuzzTest
  void a_seal_opens_to_what_was_sealed_and_text_is_well_formed(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    var opened = Seal.open(text);
    if (!opened.origin().isEmpty() && !opened.isOf(Seal.ANTHROPIC)) {
      assertThat(Seal.open(Seal.seal(opened.origin(), opened.signature()))).isEqualTo(opened);
    }
    assertThat(Seal.open(Seal.seal("chat", text)).origin()).isNotNull();
    Thoughts.sealed(text);
    var halves = new String(bytes, StandardCharsets.UTF_16LE);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(WellFormed.text(halves))).isTrue();
    var json = WellFormed.json(bytes, 0, bytes.length);
    if (json != null) {
      try {
        JsonMapper.shared().readTree(json);
      } catch (tools.jackson.core.JacksonException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
