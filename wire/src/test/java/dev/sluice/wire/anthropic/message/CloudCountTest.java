package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CloudCountTest {

  private static final List<String> BETAS =
      List.of("interleaved-thinking-2025-05-14,context-management-2025-06-27,never-heard-of-2026");

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(MessagesEdit.Edited edited) {
    return new String(edited.body(), StandardCharsets.UTF_8);
  }

  private static MessagesEdit.Edited atBedrock(long maxTokens, String body) {
    return CloudCount.atBedrock(maxTokens, BETAS, utf8("xx" + body), 2, utf8(body).length);
  }

  @Test
  void vertex_is_told_the_model_in_the_body_and_betas_in_the_header() {
    var body = utf8("  {\"model\":\"claude\", \"messages\":[]}");
    var edited = CloudCount.atVertex("claude-5@1", BETAS, body, 0, body.length);
    assertThat(text(edited))
        .isEqualTo(
            "  {\"model\":\"claude-5@1\",\"anthropic_version\":\"vertex-2023-10-16\","
                + "\"messages\":[]}");
    assertThat(edited.betas())
        .containsExactly("interleaved-thinking-2025-05-14", "context-management-2025-06-27");
  }

  @Test
  void bedrock_is_told_a_limit_and_the_betas_that_a_prompt_can_need() {
    var edited = atBedrock(2049, "{\"model\":\"claude\",\"messages\":[],\"stream\":false}");
    assertThat(text(edited))
        .isEqualTo(
            "{\"max_tokens\":2049,\"anthropic_version\":\"bedrock-2023-05-31\","
                + "\"anthropic_beta\":[\"context-management-2025-06-27\"],\"messages\":[]}");
    assertThat(edited.betas()).isEmpty();
  }

  @Test
  void a_limit_that_is_there_stays() {
    assertThat(text(atBedrock(0, "{\"max_tokens\":7,\"messages\":[]}")))
        .contains("\"max_tokens\":7")
        .doesNotContain("\"max_tokens\":0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'tools':[],'messages':[]} | {'messages':[]}",
        "{'messages':[],'tools':[ ]} | {'messages':[]}",
        "{'tools':[{'name':'a'}],'messages':[]} | {'tools':[{'name':'a'}],'messages':[]}",
        "{'tools':[{},{}],'messages':[]} | {'tools':[{},{}],'messages':[]}",
        "{'tools':null,'messages':[]} | {'tools':null,'messages':[]}"
      })
  void bedrock_is_told_no_empty_tools(String body, String kept) {
    var edited = text(atBedrock(1, body.replace('\'', '"')));
    var after = edited.substring(edited.indexOf("\"],") + 3);
    assertThat("{" + after).isEqualTo(kept.replace('\'', '"'));
  }
}
