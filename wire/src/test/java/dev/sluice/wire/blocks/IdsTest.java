package dev.sluice.wire.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.fuzz.Languages;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Ids of calls on their way to a client and back.
final class IdsTest {

  private static final String CHAT =
      """
      {'id':'a','choices':[{'message':{'tool_calls':[{'id':'call_Ab1','function':\
      {'name':'Read','arguments':'{}'}}]},'finish_reason':'tool_calls'}]}""";
  private static final String RESPONSES =
      """
      {'id':'r','status':'completed','output':[{'id':'fc_1','type':'function_call',\
      'call_id':'call_Ab1','name':'Read','arguments':'{}'}]}""";
  private static final String GEMINI =
      """
      {'candidates':[{'content':{'parts':[{'functionCall':{'id':'own-1','name':'Read',\
      'args':{}}}]},'finishReason':'STOP'}],'responseId':'r'}""";
  private static final String CONVERSE =
      """
      {'output':{'message':{'role':'assistant','content':[{'toolUse':{'toolUseId':\
      'tooluse_Ab1','name':'Read','input':{}}}]}},'stopReason':'tool_use',\
      'usage':{'inputTokens':1,'outputTokens':1}}""";

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("chat-openai", "call_Ab1", CHAT),
        Arguments.of("responses", "call_Ab1", RESPONSES),
        Arguments.of("gemini", "own-1", GEMINI),
        Arguments.of("converse-NOVA", "tooluse_Ab1", CONVERSE));
  }

  /// The provider's id comes back to it, on the call and on its result.
  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void an_id_of_a_provider_comes_back_to_it(String language, String id, String answer) {
    var call = called(language, answer);
    assertThat(call.id()).matches("[a-zA-Z0-9_-]{1,64}");
    assertThat(next(language, call.id())).contains("\"" + id + "\"");
    assertThat(next(language, call.id()).split(id, -1)).hasSize(3);
  }

  private static ToolUseOpened called(String language, String answer) {
    var bytes = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    var decoder = Languages.of(language).answer(new Expected(false, Map.of()));
    var events = new ArrayList<>(decoder.read(bytes, 0, bytes.length));
    events.addAll(decoder.end());
    return events.stream()
        .filter(ToolUseOpened.class::isInstance)
        .map(ToolUseOpened.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no call in " + events));
  }

  private static String next(String language, String id) {
    var body =
        """
        {'model':'m','max_tokens':9,'tools':[{'name':'Read','input_schema':{'type':'object'}}],\
        'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':[{'type':\
        'tool_use','id':'%1$s','name':'Read','input':{}}]},{'role':'user','content':[{'type':\
        'tool_result','tool_use_id':'%1$s','content':'ok'}]}]}"""
            .formatted(id)
            .replace('\'', '"')
            .getBytes(StandardCharsets.UTF_8);
    var conversation = MessagesReader.read(body, 0, body.length).of("a-model");
    return new String(Languages.of(language).request(conversation).body(), StandardCharsets.UTF_8);
  }
}
