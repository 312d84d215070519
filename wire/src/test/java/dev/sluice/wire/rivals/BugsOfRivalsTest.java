package dev.sluice.wire.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.fuzz.Languages;
import dev.sluice.wire.translate.UntranslatableException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// How translated requests failed the users of other gateways, each by the number of its issue.
///
/// Those that need Envoy are in `BugsOfRivalsE2E`; answers are in `AnswersOfRivalsTest`.
final class BugsOfRivalsTest {

  private static final String HI = "{'role':'user','content':'Hi'}";
  private static final String TOOL =
      "{'name':'%s','input_schema':{'type':'object','properties':{}}}";
  private static final String MARK = "'cache_control':{'type':'ephemeral'}";

  private static String messages(String... messages) {
    return "'messages':[" + String.join(",", messages) + "]";
  }

  private static String tools(String... names) {
    return "'tools':[" + String.join(",", Arrays.stream(names).map(TOOL::formatted).toList()) + "]";
  }

  /// Bifrost #5093: sealed thinking is dropped.
  @ParameterizedTest
  @EnumSource(CloudFrame.class)
  void redacted_thinking_of_claude_goes_back_to_claude(CloudFrame frame) {
    var sealed = "{'type':'redacted_thinking','data':'EmwKAhgB'}";
    var sent =
        Told.framed(
            frame,
            messages(
                HI,
                "{'role':'assistant','content':[" + sealed + ",{'type':'text','text':'A'}]}",
                HI));
    assertThat(sent.path("messages").path(1).path("content").path(0)).isEqualTo(Told.json(sealed));
  }

  /// Bifrost #6624: signatures of thinking are lost.
  @ParameterizedTest
  @EnumSource(CloudFrame.class)
  void signed_thinking_of_claude_goes_back_byte_by_byte(CloudFrame frame) {
    var thought = "{'type':'thinking','thinking':'I \\u00e9','signature':'EqQBCgIYAhIM+/='}";
    var turn = "{'role':'assistant','content':[" + thought + ",{'type':'text','text':'A'}]}";
    var sent = Told.framed(frame, messages(HI, turn, HI));
    assertThat(sent.path("messages").path(1)).isEqualTo(Told.json(turn));
  }

  /// Bifrost #5097: ids of another provider are refused when they are sent back.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chat-mistral | [A-Za-z0-9]{9}",
        "chat-openai | .{1,40}",
        "responses | .{1,64}",
        "converse-NOVA | [a-zA-Z0-9_-]{1,64}",
        "converse-CLAUDE | [a-zA-Z0-9_-]{1,64}"
      })
  void an_id_that_another_provider_gave_is_one_that_this_one_takes(String language, String form) {
    var id = "call:" + "x".repeat(80) + "/1";
    var body =
        new String(
            Told.bodyTo(
                language,
                tools("Read")
                    + ","
                    + messages(
                        HI,
                        "{'role':'assistant','content':[{'type':'tool_use','id':'"
                            + id
                            + "','name':'Read','input':{}}]}",
                        "{'role':'user','content':[{'type':'tool_result','tool_use_id':'"
                            + id
                            + "','content':'ok'}]}")),
            java.nio.charset.StandardCharsets.UTF_8);
    assertThat(body).doesNotContain(id);
    var ids = Told.json(body).findValuesAsString(idsOf(language)[0]);
    var results = Told.json(body).findValuesAsString(idsOf(language)[1]);
    assertThat(ids).isNotEmpty().allMatch(one -> one.matches(form));
    assertThat(ids).containsAll(results);
    assertThat(results).isNotEmpty();
  }

  private static String[] idsOf(String language) {
    return switch (language) {
      case "responses" -> new String[] {"call_id", "call_id"};
      case "converse-NOVA", "converse-CLAUDE" -> new String[] {"toolUseId", "toolUseId"};
      default -> new String[] {"id", "tool_call_id"};
    };
  }

  /// Bifrost #1935 and #7336, Envoy AI Gateway #2475 to #2478, #2488 and #2528: marks of the cache
  /// are lost on calls and on results.
  @ParameterizedTest
  @EnumSource(CloudFrame.class)
  void a_cache_mark_stays_on_every_block_that_can_have_one(CloudFrame frame) {
    var image = "{'type':'base64','media_type':'image/png','data':'iVBORw0KGgo='}";
    for (var block :
        List.of(
            "{'type':'text','text':'a',%s}",
            "{'type':'image','source':" + image + ",%s}",
            "{'type':'document','source':{'type':'text','media_type':'text/plain','data':'a'},%s}",
            "{'type':'tool_use','id':'t1','name':'Read','input':{},%s}",
            "{'type':'tool_result','tool_use_id':'t1','content':'a',%s}",
            "{'type':'tool_result','tool_use_id':'t1','content':[{'type':'text','text':'a',%s}]}",
            "{'type':'search_result','source':'s','title':'t','content':[],%s}")) {
      var marked = block.formatted(MARK);
      var role = block.contains("tool_use'") ? "assistant" : "user";
      var turn = "{'role':'" + role + "','content':[" + marked + "]}";
      var sent = Told.framed(frame, messages(turn));
      assertThat(sent.path("messages").path(0)).isEqualTo(Told.json(turn));
    }
  }

  /// The same at models of Bedrock that are not Claude's.
  @Test
  void a_cache_mark_on_a_call_or_a_result_is_a_cache_point_of_converse() {
    var sent =
        Told.to(
            "converse-CLAUDE",
            tools("Read")
                + ","
                + messages(
                    HI,
                    "{'role':'assistant','content':[{'type':'tool_use','id':'t1','name':'Read',"
                        + "'input':{},"
                        + MARK
                        + "}]}",
                    "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1',"
                        + "'content':'a',"
                        + MARK
                        + "}]}"));
    var point = Told.json("{'cachePoint':{'type':'default'}}");
    assertThat(sent.path("messages").path(1).path("content").path(1)).isEqualTo(point);
    assertThat(sent.path("messages").path(2).path("content").path(1)).isEqualTo(point);
  }

  /// Bifrost #6887: `any` is no word of OpenAI's.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "chat-openai | any | 'required'",
        "chat-openai | auto | 'auto'",
        "chat-openai | none | 'none'",
        "responses | any | 'required'",
        "responses | none | 'none'"
      })
  void a_choice_of_tools_is_told_in_the_words_of_openai(String language, String said, String told) {
    var sent =
        Told.to(language, tools("Read") + ",'tool_choice':{'type':'" + said + "'}," + messages(HI));
    assertThat(sent.path("tool_choice")).isEqualTo(Told.json(told));
  }

  /// Bifrost #3596: the choice names a tool that is not among those that are sent.
  @ParameterizedTest
  @ValueSource(strings = {"chat-openai", "responses", "gemini", "converse-NOVA"})
  void a_choice_never_names_a_tool_that_is_not_sent(String language) {
    var code = "{'type':'code_execution_20250825','name':'code_execution'}";
    assertThatThrownBy(
            () ->
                Told.to(
                    language,
                    "'tools':["
                        + code
                        + "],'tool_choice':{'type':'tool','name':'code_execution'},"
                        + messages(HI)))
        .isInstanceOf(UntranslatableException.class)
        .hasMessageContaining("code_execution");
  }

  /// The same of a tool that is not there at all, and of none.
  @ParameterizedTest
  @ValueSource(strings = {"chat-openai", "responses", "gemini", "converse-NOVA"})
  void a_choice_among_tools_that_are_not_sent_is_refused(String language) {
    var unknown = tools("Read") + ",'tool_choice':{'type':'tool','name':'Gone'}," + messages(HI);
    var none = "'tools':[],'tool_choice':{'type':'any'}," + messages(HI);
    assertThatThrownBy(() -> Told.to(language, unknown))
        .isInstanceOf(UntranslatableException.class)
        .hasMessage("tool_choice.name: Gone (expected: the name of a tool)");
    assertThatThrownBy(() -> Told.to(language, none))
        .isInstanceOf(UntranslatableException.class)
        .hasMessage("tool_choice: a tool, and tools has none (expected: tools)");
  }

  /// Bifrost #3596 again, of a tool that the client has put off: the choice refers to it.
  @ParameterizedTest
  @ValueSource(strings = {"chat-openai", "chat", "responses", "gemini", "converse-NOVA"})
  void a_tool_that_is_put_off_is_sent_once_it_is_chosen(String language) {
    var tools =
        tools("Late", "Later").replace("'input_schema'", "'defer_loading':true,'input_schema'");
    var choice = ",'tool_choice':{'type':'tool','name':'Late'},";
    var sent = Told.to(language, tools + choice + messages(HI));
    assertThat(sent.findParent("tools").path("tools").toString())
        .contains("\"Late\"")
        .doesNotContain("Later");
  }

  /// Bifrost #1479: limits of a provider are judged here, and wrongly.
  @ParameterizedTest
  @EnumSource(CloudFrame.class)
  void what_only_the_provider_can_judge_passes_to_it(CloudFrame frame) {
    var strange =
        "'temperature':7.5,'top_k':-3,'thinking':{'type':'enabled','budget_tokens':1},"
            + "'stop_sequences':['a','b','c','d','e','f','g','h','i'],'of_tomorrow':{'x':[1]},"
            + messages(HI, HI, "{'role':'assistant','content':'   '}");
    var sent = Told.framed(frame, strange);
    var asked =
        Told.json(new String(Told.request(strange), java.nio.charset.StandardCharsets.UTF_8));
    for (var member : List.of("temperature", "top_k", "thinking", "stop_sequences", "messages")) {
      assertThat(sent.path(member)).as(member).isEqualTo(asked.path(member));
    }
  }

  /// Envoy AI Gateway #2206: what the system says between turns is lost.
  @Test
  void an_instruction_between_turns_is_told_in_every_language() {
    var members =
        messages(
            HI, "{'role':'system','content':'Speak French.'}", "{'role':'user','content':'?'}");
    for (var language : Languages.ALL.keySet()) {
      var sent = Told.to(language, members).toString();
      assertThat(sent).as(language).contains("Speak French.");
    }
    for (var frame : CloudFrame.values()) {
      assertThat(Told.framed(frame, members).toString()).contains("Speak French.");
    }
  }

  /// Bifrost #2347: tools in another order each time miss the provider's prompt cache.
  @Test
  void equal_requests_become_equal_bytes_with_the_tools_in_the_clients_order() {
    var names = new String[] {"Write", "Bash", "Read", "mcp__z__a", "mcp__a__z", "Agent"};
    var members = tools(names) + "," + messages(HI);
    for (var language : Languages.ALL.keySet()) {
      var first = Told.bodyTo(language, members);
      assertThat(Told.bodyTo(language, members)).as(language).isEqualTo(first);
      var text = new String(first, java.nio.charset.StandardCharsets.UTF_8);
      var places = Arrays.stream(names).map(name -> text.indexOf("\"" + name + "\"")).toList();
      assertThat(places).as(language).isSorted().doesNotContain(-1);
    }
  }

  /// Bifrost #3383: the model's name is rewritten wherever it stands, in the tools too.
  @Test
  void a_model_named_in_a_tool_stays_as_it_is() {
    var tool =
        "{'name':'ask','input_schema':{'type':'object','properties':{'model':{'type':'string',"
            + "'enum':['claude-opus-5-5']}}}}";
    var members = "'tools':[" + tool + "]," + messages(HI);
    for (var language : Languages.ALL.keySet()) {
      var sent = Told.to(language, members).toString();
      assertThat(sent).as(language).contains("\"claude-opus-5-5\"");
    }
    for (var frame : CloudFrame.values()) {
      JsonNode sent = Told.framed(frame, members);
      assertThat(sent.path("tools").path(0)).isEqualTo(Told.json(tool));
    }
  }
}
