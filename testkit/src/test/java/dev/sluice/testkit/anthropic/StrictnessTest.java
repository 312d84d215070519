package dev.sluice.testkit.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.billing.PriceTable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Every rule of the body once kept and once broken. A row changes the plain request by a JSON
/// merge: first so that it is accepted, then so that it is refused with a message.
class StrictnessTest {

  private static final String THOUGHT =
      "{'type':'thinking','thinking':'a','signature':'c2lnbmF0dXJlLW1vY2s='},";

  private static final String BETAS =
      "context-management-2025-06-27,per-turn-control-2026-07-01,effort-2025-11-24,"
          + "advanced-tool-use-2025-11-20,dangerous-tool-use-2026-09-03";
  private static final String TOOL = "{'name':'Read','input_schema':{'type':'object'}}";
  private static final String USE = "{'type':'tool_use','id':'t1','name':'Read','input':{}}";
  private static final String RESULT = "{'type':'tool_result','tool_use_id':'t1','content':'x'}";
  private static final String MARKED =
      "{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}";

  private static AnthropicSimulator simulator;
  private static Client client;

  @BeforeAll
  static void start() {
    simulator = AnthropicSimulator.start(PriceTable.recorded());
    client = new Client(simulator);
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  static Stream<Arguments> members() {
    return Stream.of(
        row("{'model':'claude-opus-4-8'}", "{'model':null}", "model: Input should be a valid str"),
        row("{'model':'claude-opus-4-8'}", "{'model':'gpt-5'}", "model: gpt-5"),
        row("{'max_tokens':1}", "{'max_tokens':0}", "max_tokens: Input should be greater than or"),
        row(
            "{'max_tokens':1}",
            "{'max_tokens':'1'}",
            "max_tokens: Input should be a valid integer"),
        row("{'max_tokens':128000}", "{'max_tokens':128001}", "128001 > 128000, which is the max"),
        row("{'stream':false}", "{'stream':'yes'}", "stream: Input should be a valid boolean"),
        row("{'temperature':1}", "{'temperature':2}", "temperature: Input should be between"),
        row("{'metadata':{'user_id':'u'}}", "{'metadata':{'team':'u'}}", "metadata.team: Extra"),
        row("{'top_k':1}", "{'frequency_penalty':1}", "frequency_penalty: Extra inputs are not"),
        row(
            "{'context_management':{'edits':[{'type':'clear_thinking_20251015'}]}}",
            "{'context_management':{'edits':[{'type':'forget'}]}}",
            "context_management.edits.0.type: Input should be one of"),
        row(
            "{'safeguards':[{'type':'dangerous_tool_use'}]}",
            "{'safeguards':[{'type':'other'}]}",
            "safeguards.0.type"),
        row(
            "{'output_config':{'effort':'high'}}",
            "{'output_config':{'effort':'huge'}}",
            "output_config.effort: Input should be one of"),
        row(
            "{'thinking':{'type':'enabled','budget_tokens':1024},'max_tokens':1025}",
            "{'thinking':{'type':'enabled','budget_tokens':1024},'max_tokens':1024}",
            "`max_tokens` must be greater than `thinking.budget_tokens`"),
        row(
            "{'thinking':{'type':'adaptive','display':'omitted'}}",
            "{'thinking':{'type':'adaptive','display':'updates'}}",
            "thinking.display"),
        row("{'system':'be kind'}", "{'system':5}", "system: Input should be a valid list"),
        row(
            "{'system':[{'type':'text','text':'a'}]}",
            "{'system':[{'type':'text','text':''}]}",
            "system.0: text content blocks must be non-empty"));
  }

  static Stream<Arguments> tools() {
    return Stream.of(
        row("{'tools':[" + TOOL + "]}", "{'tools':[" + TOOL + "," + TOOL + "]}", "must be unique"),
        row(
            "{'tools':[" + TOOL + "]}",
            "{'tools':[{'name':'a b','input_schema':{'type':'object'}}]}",
            "tools.0.name: String should match pattern"),
        row("{'tools':[" + TOOL + "]}", "{'tools':[{'name':'Read'}]}", "input_schema: Field req"),
        row(
            "{'tools':[{'type':'web_search_20250305','name':'web_search','max_uses':8}]}",
            "{'tools':[{'type':'web_find_20250305','name':'web_search'}]}",
            "tools.0.type: Input tag 'web_find_20250305' is unknown"),
        row(
            "{'tools':[" + TOOL + "],'tool_choice':{'type':'tool','name':'Read'}}",
            "{'tools':[" + TOOL + "],'tool_choice':{'type':'tool','name':'Write'}}",
            "Tool 'Write' not found"),
        row(
            "{'tools':[" + TOOL + "],'tool_choice':{'type':'none'}}",
            "{'tools':["
                + TOOL
                + "],'tool_choice':{'type':'none','disable_parallel_tool_use':true}}",
            "tool_choice.disable_parallel_tool_use: Extra inputs are not permitted"),
        row(
            "{'tools':[{'name':'a','defer_loading':true,'input_schema':{'type':'object'}}]}",
            "{'tools':[{'name':'a','defer_loading':true,'input_schema':{'type':'object'},"
                + "'cache_control':{'type':'ephemeral'}}]}",
            "Tools with defer_loading cannot use prompt caching"),
        row(
            searched("srvtoolu_1", SealedContent.PAGE),
            searched("ws-1", SealedContent.PAGE),
            "String should match pattern '^srvtoolu_"),
        row(
            searched("srvtoolu_1", SealedContent.PAGE),
            searched("srvtoolu_1", "sluice.openai."),
            "Invalid `encrypted_content` in `search_result` block"),
        row(
            called(THOUGHT),
            called(""),
            "Expected `thinking` or `redacted_thinking`, but found `tool_use`"),
        row(
            called(THOUGHT, ""),
            called("", THOUGHT),
            "messages.1.content.0: Expected `thinking` or `redacted_thinking`"));
  }

  private static String searched(String id, String sealed) {
    var blocks =
        """
        [{'type':'server_tool_use','id':'%1$s','name':'web_search','input':{'query':'a'}},\
        {'type':'web_search_tool_result','tool_use_id':'%1$s','content':[{'type':\
        'web_search_result','url':'u','title':'t','encrypted_content':'%2$s'}]}]"""
            .formatted(id, sealed);
    return "{'messages':[" + user("'a'") + "," + assistant(blocks) + "," + user("'b'") + "]}";
  }

  /// A request that thinks by a budget, in a loop of calls that all have their results.
  ///
  /// @param before each call
  private static String called(String... before) {
    var loop = new StringBuilder();
    for (int i = 0; i < before.length; i++) {
      var call = "{'type':'tool_use','id':'%d','name':'b','input':{}}".formatted(i);
      loop.append(",").append(assistant("[" + before[i] + call + "]"));
      loop.append(",").append(user("[{'type':'tool_result','tool_use_id':'%d'}]".formatted(i)));
    }
    return "{'max_tokens':2000,'thinking':{'type':'enabled','budget_tokens':1024},'messages':["
        + user("'a'")
        + loop
        + "]}";
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        talk("{'role':'user','content':'a'}", "{'role':'robot','content':'a'}", "messages.0.role"),
        talk("{'role':'user','content':'a'}", "", "at least one message is required"),
        talk("{'role':'user','content':'a'}", "{'role':'user','content':[]}", "non-empty content"),
        talk(
            user("'a'") + "," + assistant("'b'") + "," + user("'c'"),
            assistant("'b'") + "," + user("'c'"),
            "first message must use the user role"),
        talk(
            user("'a'") + "," + assistant("'b'") + "," + user("'c'"),
            user("'a'") + "," + assistant("'b'"),
            "does not support assistant message prefill"),
        talk(
            user("[{'type':'text','text':'a'}]"),
            user("[{'type':'thinking','thinking':'a','signature':'b'}]"),
            "Input tag 'thinking' is not expected here"),
        talk(
            thought("c2lnbmF0dXJlLW1vY2s="),
            thought("Zm9yZ2VkIHNpZ25hdHVyZQ=="),
            "Invalid `signature` in `thinking` block"),
        talk(
            use(USE, RESULT),
            use(USE, "{'type':'text','text':'no result'}"),
            "`tool_use` ids were found without `tool_result` blocks immediately after: t1"),
        talk(
            use(USE, RESULT),
            user("[" + RESULT + "]"),
            "unexpected `tool_use_id` found in `tool_result` blocks: t1"),
        talk(
            use(USE, RESULT + ",{'type':'text','text':'go on'}"),
            use(USE, "{'type':'text','text':'go on'}," + RESULT),
            "`tool_result` blocks must come before all other content"),
        talk(use(USE, RESULT), use(USE, RESULT + "," + RESULT), "must have a single result"),
        talk(use(USE, RESULT), use(USE + "," + USE, RESULT), "`tool_use` ids must be unique"),
        talk(
            user("[" + String.join(",", MARKED, MARKED, MARKED, MARKED) + "]"),
            user("[" + String.join(",", MARKED, MARKED, MARKED, MARKED, MARKED) + "]"),
            "A maximum of 4 blocks with cache_control may be provided. Found 5."),
        talk(
            user("[" + marked("1h") + "," + marked("5m") + "]"),
            user("[" + marked("5m") + "," + marked("1h") + "]"),
            "must not come after a ttl='5m'"),
        talk(user("[" + marked("5m") + "]"), user("[" + marked("2h") + "]"), "cache_control.ttl"));
  }

  @ParameterizedTest
  @MethodSource({"members", "tools", "messages"})
  void keeps_the_rules_of_the_body(String valid, String invalid, String message) {
    expect(changed(valid), 200, "");
    var response = client.post(changed(invalid), "anthropic-beta", BETAS);
    assertThat(response.statusCode()).as(Client.text(response)).isIn(400, 404);
    assertThat(Client.json(response).path("error").path("message").asString()).contains(message);
  }

  /// Members that only their beta allows.
  static final List<Arguments> BY_BETA =
      List.of(
          arguments(
              "context-management-2025-06-27",
              "{'context_management':{'edits':[]}}",
              "context_management: Extra inputs are not permitted"),
          arguments(
              "dangerous-tool-use-2026-09-03",
              "{'safeguards':[]}",
              "safeguards: Extra inputs are not permitted"),
          arguments(
              "effort-2025-11-24",
              "{'output_config':{'effort':'low'}}",
              "output_config.effort: Extra inputs are not permitted"),
          arguments(
              "thinking-display-updates-2026-08-18",
              "{'thinking':{'type':'adaptive','display':'updates'}}",
              "thinking.display"),
          arguments(
              "tool-search-tool-2025-10-19",
              "{'tools':[{'name':'a','defer_loading':true,'input_schema':{'type':'object'}}]}",
              "tools.0.defer_loading: Extra inputs are not permitted"),
          arguments(
              "mid-conversation-system-2026-04-07",
              "{'messages':[{'role':'user','content':'a'},{'role':'system','content':'b'}]}",
              "Unexpected role \"system\""),
          arguments(
              "prompt-caching-scope-2026-01-05",
              "{'system':[{'type':'text','text':'a',"
                  + "'cache_control':{'type':'ephemeral','scope':'global'}}]}",
              "cache_control.scope: Extra inputs are not permitted"));

  @ParameterizedTest
  @FieldSource("BY_BETA")
  void allows_what_a_beta_brings_only_with_that_beta(String beta, String change, String message) {
    var with = client.post(changed(change), "anthropic-beta", beta);
    assertThat(with.statusCode()).as(Client.text(with)).isEqualTo(200);
    var without = client.post(changed(change));
    assertThat(without.statusCode()).isEqualTo(400);
    assertThat(Client.json(without).path("error").path("message").asString()).contains(message);
  }

  @Test
  void an_effort_of_its_own_needs_no_words() {
    var said = "{'messages':[{'role':'user','content':'a'},{'role':'system','content':[]";
    expect(changed(said + ",'output_config':{'effort':'low'}}]}"), 200, "");
    expect(changed(said + "}]}"), 400, "messages.1.content: messages must have non-empty content");
  }

  private static void expect(ObjectNode body, int status, String text) {
    var response = client.post(body, "anthropic-beta", BETAS);
    assertThat(response.statusCode()).as(Client.text(response)).isEqualTo(status);
    assertThat(Client.text(response)).contains(text);
  }

  private static ObjectNode changed(String change) {
    var body = Client.body();
    body.setAll(Client.json(change.replace('\'', '"')));
    return body;
  }

  private static Arguments row(String valid, String invalid, String message) {
    return arguments(valid, invalid, message);
  }

  private static Arguments talk(String valid, String invalid, String message) {
    return row("{'messages':[" + valid + "]}", "{'messages':[" + invalid + "]}", message);
  }

  private static String user(String content) {
    return "{'role':'user','content':" + content + "}";
  }

  private static String assistant(String content) {
    return "{'role':'assistant','content':" + content + "}";
  }

  private static String use(String uses, String results) {
    return user("'a'") + "," + assistant("[" + uses + "]") + "," + user("[" + results + "]");
  }

  private static String thought(String signature) {
    var thinking = "{'type':'thinking','thinking':'a','signature':'" + signature + "'}";
    var text = "{'type':'text','text':'b'}";
    return user("'a'") + "," + assistant("[" + thinking + "," + text + "]") + "," + user("'c'");
  }

  private static String marked(String ttl) {
    return MARKED.replace("'ephemeral'", "'ephemeral','ttl':'" + ttl + "'");
  }
}
