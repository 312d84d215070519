package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Searches of other providers in a body for Claude.
final class SearchEditTest {

  private static final Path BLOCKS = Path.of("src/test/resources/golden/blocks");

  private static MessagesEdit.Edited edit(CloudFrame frame, String body) {
    var bytes = ("  " + body).getBytes(StandardCharsets.UTF_8);
    return MessagesEdit.edit(frame, List.of(), bytes, 2, bytes.length - 2);
  }

  private static String block(String name) throws IOException {
    var file = Files.readString(BLOCKS.resolve(name));
    return file.substring(0, file.indexOf("\n=== "));
  }

  @ParameterizedTest
  @EnumSource
  void searches_of_others_are_text_and_their_citations_go(CloudFrame frame) throws IOException {
    var edited = edit(frame, block("server-tool-blocks-foreign.txt"));
    assertThat(edited.untold()).contains("messages.search");
    assertThat(new String(edited.body(), StandardCharsets.UTF_8))
        .doesNotContain("sluice", "server_tool_use", "encrypted", "citations")
        .contains("a \\\"b\\\"", "- A https://example.com (a day ago)\\n- https://example.com/b")
        .contains("Found.", "failed: unavailable", "Not found.");
  }

  @Test
  void claudes_own_searches_stay_as_they_are() throws IOException {
    var body = block("server-tool-blocks.txt");
    var edited = edit(CloudFrame.ANTHROPIC, body);
    assertThat(edited.untold()).isEmpty();
    assertThat(new String(edited.body(), StandardCharsets.UTF_8)).isEqualTo(body);
  }

  /// A client can write anything.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'text','text':'x','citations':[{'title':'sluice.','encrypted_index':'Eq'}]}",
        "{'type':'text','text':'x','citations':'sluice.'}",
        "{'type':'tool_use','id':'srvtoolu_sluice_x__1','name':'b','input':{}}",
        "{'type':'tool_result','tool_use_id':'srvtoolu_sluice_x__1'}",
        "{'id':'srvtoolu_sluice_x__1','type':7}",
        "{'id':['srvtoolu_sluice_x__1']}",
      })
  void leaves_what_is_no_search_of_others(String block) {
    var body = "{'messages':[{'role':'user','content':[" + block + "]}]}";
    var json = body.replace('\'', '"');
    assertThat(new String(edit(CloudFrame.ANTHROPIC, json).body(), StandardCharsets.UTF_8))
        .isEqualTo(json);
  }

  @Test
  void leaves_a_search_that_is_beyond_the_limits_of_a_body() {
    var block = "{'type':'server_tool_use','id':'srvtoolu_sluice_openai__ws_1','input':[{}%s]}";
    var input = ",{}".repeat(10 << 20);
    var json = "{'messages':[{'role':'assistant','content':[" + block.formatted(input) + "]}]}";
    var edited = edit(CloudFrame.ANTHROPIC, json.replace('\'', '"'));
    assertThat(edited.untold()).isEmpty();
    assertThat(edited.body()).hasSize(json.length());
  }

  @Test
  void a_text_keeps_the_citations_of_claude_among_others() {
    var edited =
        edit(
            CloudFrame.ANTHROPIC,
            """
            {"messages":[{"role":"assistant","content":[{"type":"text","text":"x",\
            "citations":[{"url":"u","encrypted_index":"sluice.openai."},\
            {"url":"v","encrypted_index":"Eq"}],"cache_control":{"type":"ephemeral"}}]}]}""");
    assertThat(new String(edited.body(), StandardCharsets.UTF_8))
        .contains("\"citations\":[{\"url\":\"v\",\"encrypted_index\":\"Eq\"}]")
        .contains("cache_control")
        .doesNotContain("sluice");
  }
}
