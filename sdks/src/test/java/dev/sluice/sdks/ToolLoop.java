package dev.sluice.sdks;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.JsonValue;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.Tool.InputSchema;
import com.anthropic.models.messages.ToolResultBlockParam;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;

/// A question, a call of the tool `Read` with which the model answers first, its result, and the
/// answer to that.
record ToolLoop(Message first, Message last) {

  static final String PATH = "a.txt";

  private static final Map<String, String> INPUT = Map.of("path", PATH);

  private static final Tool READ =
      Tool.builder()
          .name("Read")
          .inputSchema(
              InputSchema.builder()
                  .properties(
                      InputSchema.Properties.builder()
                          .putAdditionalProperty("path", JsonValue.from(Map.of("type", "string")))
                          .build())
                  .build())
          .build();

  /// What the model answers first, after what it says or thinks before.
  static Script calling(Script before) {
    return before.tool("Read", INPUT);
  }

  static ToolLoop run(AnthropicClient client, Way way, MessageCreateParams.Builder asked) {
    var first = way.ask(client, asked.addTool(READ).build());
    var call = first.content().getLast().asToolUse();
    assertThat(first.stopReason()).hasValue(StopReason.TOOL_USE);
    assertThat(call.name()).isEqualTo("Read");
    assertThat(call._input()).isEqualTo(JsonValue.from(INPUT));
    var result = ToolResultBlockParam.builder().toolUseId(call.id()).content("42").build();
    var returned = List.of(ContentBlockParam.ofToolResult(result));
    asked.addMessage(first).addUserMessageOfContentBlockParams(returned);
    return new ToolLoop(first, way.ask(client, asked.build()));
  }
}
