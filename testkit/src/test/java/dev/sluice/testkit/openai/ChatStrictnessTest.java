package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Every rule of a chat once kept and once broken. A row changes the plain request by a JSON merge:
/// first so that it is accepted, then so that it is refused with a message and a place.
class ChatStrictnessTest {

  private static final String TOOL =
      "{'type':'function','function':{'name':'Read','parameters':{'type':'object'}}}";
  private static final String IMAGE = "{'type':'image_url','image_url':{'url':'%s'}}";

  private static OpenAiSimulator simulator;
  private static Client client;

  @BeforeAll
  static void start() {
    simulator = OpenAiSimulator.start(OpenAiConfig.standard());
    client = new Client(simulator);
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  static Stream<Arguments> members() {
    return Stream.of(
        row(
            "{'model':'gpt-4.1'}",
            "{'model':null}",
            "Missing required parameter: 'model'",
            "model"),
        row("{'model':'gpt-4.1'}", "{'model':'gpt-9'}", "The model `gpt-9` does not exist", ""),
        row("{'user':'u'}", "{'top_k':1}", "Unrecognized request argument supplied: top_k", ""),
        row("{'user':'u'}", "{'thinking':{}}", "request argument supplied: thinking", ""),
        row("{'stream':null}", "{'stream':'yes'}", "Invalid type for 'stream'", "stream"),
        row(
            "{'stream_options':{'include_usage':true}}",
            "{'stream':false,'stream_options':{'include_usage':true}}",
            "only allowed when 'stream' is enabled",
            "stream_options"),
        row("{'temperature':2}", "{'temperature':2.5}", "decimal above maximum", "temperature"),
        row(
            "{'model':'gpt-5.1','temperature':1}",
            "{'model':'gpt-5.1','temperature':0.7}",
            "'temperature' does not support 0.7 with this model",
            "temperature"),
        row(
            "{'model':'gpt-4.1','top_p':0.5}",
            "{'model':'gpt-5.1','top_p':0.5}",
            "Unsupported parameter: 'top_p' is not supported with this model.",
            "top_p"),
        row(
            "{'model':'gpt-4.1','stop':['a','b','c','d']}",
            "{'model':'gpt-4.1','stop':['a','b','c','d','e']}",
            "array too long. Expected an array with maximum length 4",
            "stop"),
        row(
            "{'model':'gpt-4.1','max_tokens':5}",
            "{'model':'gpt-5.1','max_tokens':5}",
            "Use 'max_completion_tokens' instead.",
            "max_tokens"),
        row(
            "{'max_completion_tokens':1}",
            "{'max_completion_tokens':0}",
            "integer below minimum value. Expected a value >= 1",
            "max_completion_tokens"),
        row(
            "{'max_completion_tokens':32768}",
            "{'max_completion_tokens':32769}",
            "This model supports at most 32768 completion tokens",
            "max_completion_tokens"),
        row(
            "{'max_tokens':1}",
            "{'max_tokens':1,'max_completion_tokens':1}",
            "at the same time is not supported",
            "max_tokens"),
        row(
            "{'model':'gpt-5.1','reasoning_effort':'low'}",
            "{'model':'gpt-4.1','reasoning_effort':'low'}",
            "Unrecognized request argument supplied: reasoning_effort",
            ""),
        row(
            "{'model':'gpt-5.1','reasoning_effort':'none'}",
            "{'model':'gpt-5.1','reasoning_effort':'max'}",
            "Invalid value: 'max'. Supported values are: 'high', 'low'",
            "reasoning_effort"),
        row("{'n':1}", "{'n':2}", "more choices than the simulator writes", "n"),
        row(
            "{'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':{}}}}",
            "{'response_format':{'type':'json_schema','json_schema':{'name':'a b','schema':{}}}}",
            "string does not match pattern",
            "response_format.json_schema.name"),
        row(
            "{'response_format':{'type':'text'}}",
            "{'response_format':{'type':'json_object'}}",
            "must contain the word 'json'",
            "response_format"));
  }

  static Stream<Arguments> tools() {
    return Stream.of(
        row("{'tools':[" + TOOL + "]}", "{'tools':[]}", "'tools': empty array", "tools"),
        row(
            tools(128),
            tools(129),
            "maximum length 128, but got an array with length 129",
            "tools"),
        row(
            "{'tools':[" + TOOL + "]}",
            "{'tools':[" + TOOL.replace("Read", "mcp.read") + "]}",
            "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'",
            "tools[0].function.name"),
        row(
            "{'tools':[" + TOOL.replace("Read", "R".repeat(64)) + "]}",
            "{'tools':[" + TOOL.replace("Read", "R".repeat(65)) + "]}",
            "string too long. Expected a string with maximum length 64",
            "tools[0].function.name"),
        row(
            "{'tools':[" + TOOL + "]}",
            "{'tools':[{'name':'Read','input_schema':{'type':'object'}}]}",
            "Missing required parameter: 'tools[0].type'",
            "tools[0].type"),
        row(
            "{'tools':[" + TOOL + "]}",
            "{'tools':["
                + TOOL.replace("'type':'function',", "'type':'function','cache_control':{},")
                + "]}",
            "Unknown parameter: 'tools[0].cache_control'",
            "tools[0].cache_control"),
        row(
            "{'tools':[" + TOOL + "]}",
            "{'tools':[" + TOOL.replace("'type':'object'", "'type':'array'") + "]}",
            "Invalid schema for function 'Read': schema must be a JSON Schema of 'type: \"",
            "tools[0].function.parameters"),
        row(
            strict("'required':['a'],'additionalProperties':false"),
            strict("'required':['a']"),
            "'additionalProperties' is required to be supplied and to be false",
            "tools[0].function.parameters"),
        row(
            strict("'required':['a'],'additionalProperties':false"),
            strict("'required':[],'additionalProperties':false"),
            "including every key in properties. Missing 'a'",
            "tools[0].function.parameters"),
        row(
            "{'tools':[" + TOOL + "],'tool_choice':'required'}",
            "{'tool_choice':'required'}",
            "'tool_choice' is only allowed when 'tools' are specified",
            "tool_choice"),
        row(
            "{'tools':[" + TOOL + "],'tool_choice':'auto'}",
            "{'tools':[" + TOOL + "],'tool_choice':'any'}",
            "Invalid value: 'any'",
            "tool_choice"),
        row(
            chosen("{'type':'function','function':{'name':'Read'}}"),
            chosen("{'type':'function','function':{'name':'Write'}}"),
            "Tool choice 'Write' not found in 'tools'",
            "tool_choice"),
        row(
            chosen("{'type':'function','function':{'name':'Read'}}"),
            chosen("{'type':'tool','name':'Read'}"),
            "Invalid value: 'tool'",
            "tool_choice.type"),
        row(
            "{'tools':[" + TOOL + "],'parallel_tool_calls':false}",
            "{'parallel_tool_calls':false}",
            "'parallel_tool_calls' is only allowed when 'tools' are specified",
            "parallel_tool_calls"));
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        talk(user("'a'"), "", "'messages': empty array", "messages"),
        talk(
            user("'a'"),
            "{'role':'robot','content':'a'}",
            "Invalid value: 'robot'",
            "messages[0].role"),
        talk(
            "{'role':'developer','content':'a'}",
            "{'role':'system'}",
            "Missing",
            "messages[0].content"),
        talk(
            user("'a'"),
            user("7"),
            "expected one of a string or array of objects, but got an integer",
            "messages[0].content"),
        talk(
            user("[{'type':'text','text':'a'}]"), user("[]"), "empty array", "messages[0].content"),
        talk(
            user("[{'type':'text','text':'a'}]"),
            user("[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}]"),
            "Unknown parameter: 'messages[0].content[0].cache_control'",
            "messages[0].content[0].cache_control"),
        talk(
            user("[{'type':'text','text':'a'}]"),
            user("[{'type':'tool_result','tool_use_id':'a'}]"),
            "Invalid value: 'tool_result'. Supported values are: 'file', 'image_url'",
            "messages[0].content[0].type"),
        talk(
            image("data:image/png;base64,aGk="),
            image("data:text/plain;base64,aGk="),
            "data URL",
            "messages[0].content[0].image_url.url"),
        talk(
            image("https://a.example/b.png"),
            image("data:image/png;base64,a*b"),
            "invalid base64",
            "messages[0].content[0].image_url.url"),
        talk(
            user("'a'") + ",{'role':'assistant','content':'b'}",
            user("'a'") + ",{'role':'assistant','content':null}",
            "expected a string, got null",
            "messages.[1].content"),
        talk(
            user("'a'") + ",{'role':'assistant','content':'b'}",
            user("'a'") + ",{'role':'assistant','content':'b','reasoning_content':'c'}",
            "Unknown parameter: 'messages[1].reasoning_content'",
            "messages[1].reasoning_content"));
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        talk(
            calls("c1") + "," + result("c1"),
            calls("c1") + "," + user("'go on'"),
            "did not have response messages: c1",
            "messages.[2].role"),
        talk(
            calls("c1") + "," + result("c1"),
            calls("c1"),
            "did not have response messages: c1",
            "messages.[1].role"),
        talk(
            calls("c1") + "," + result("c1"),
            user("'a'") + "," + result("c1"),
            "must be a response to a preceeding message with 'tool_calls'",
            "messages.[1].role"),
        talk(
            calls("c1", "c2") + "," + result("c2") + "," + result("c1"),
            calls("c1", "c2") + "," + result("c1"),
            "did not have response messages: c2",
            "messages.[2].role"),
        talk(
            calls("c1") + "," + result("c1"),
            calls("c1") + "," + result("c2"),
            "'tool_call_id' of 'c2' not found",
            "messages.[2].tool_call_id"),
        talk(
            calls("c".repeat(40)) + "," + result("c".repeat(40)),
            calls("c".repeat(41)) + "," + result("c".repeat(41)),
            "maximum length 40, but got a string with length 41",
            "messages[1].tool_calls[0].id"),
        talk(
            calls("c1") + "," + result("c1"),
            calls("c1").replace("'{}'", "{}") + "," + result("c1"),
            "expected a string, but got an object instead",
            "messages[1].tool_calls[0].function.arguments"),
        talk(
            calls("c1") + "," + result("c1"),
            calls("c1").replace("'{}'", "'{'") + "," + result("c1"),
            "expected JSON",
            "messages[1].tool_calls[0].function.arguments"),
        talk(
            calls("c1") + "," + result("c1"),
            calls("c1") + "," + result("c1").replace("'tool_call_id'", "'tool_use_id'"),
            "Unknown parameter: 'messages[2].tool_use_id'",
            "messages[2].tool_use_id"));
  }

  @ParameterizedTest
  @MethodSource({"members", "tools", "messages", "calls"})
  void keeps_the_rules_of_a_chat(String valid, String invalid, String message, String param) {
    var accepted = client.post(Client.CHAT, changed(valid));
    assertThat(accepted.statusCode()).as(Client.text(accepted)).isEqualTo(200);
    var refused = client.post(Client.CHAT, changed(invalid));
    assertThat(refused.statusCode()).as(Client.text(refused)).isIn(400, 404);
    var error = Client.json(refused).path("error");
    assertThat(error.path("message").asString()).contains(message);
    assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").asString("")).isEqualTo(param);
    assertThat(error.has("code")).isTrue();
  }

  private static ObjectNode changed(String change) {
    var body = Client.chat("gpt-4.1");
    body.setAll(Client.json(change));
    return body;
  }

  private static Arguments row(String valid, String invalid, String message, String param) {
    return arguments(valid, invalid, message, param);
  }

  private static Arguments talk(String valid, String invalid, String message, String param) {
    return row("{'messages':[" + valid + "]}", "{'messages':[" + invalid + "]}", message, param);
  }

  private static String user(String content) {
    return "{'role':'user','content':" + content + "}";
  }

  private static String image(String url) {
    return user("[" + IMAGE.formatted(url) + "]");
  }

  private static String tools(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> TOOL.replace("Read", "Read" + i))
        .collect(Collectors.joining(",", "{'tools':[", "]}"));
  }

  private static String chosen(String choice) {
    return "{'tools':[" + TOOL + "],'tool_choice':" + choice + "}";
  }

  private static String strict(String rest) {
    return "{'tools':[{'type':'function','function':{'name':'Read','strict':true,'parameters':"
        + "{'type':'object','properties':{'a':{'type':'string'}},"
        + rest
        + "}}}]}";
  }

  private static String calls(String... ids) {
    var calls =
        Stream.of(ids)
            .map(
                id ->
                    "{'id':'%s','type':'function','function':{'name':'Read','arguments':'{}'}}"
                        .formatted(id))
            .collect(Collectors.joining(","));
    return user("'a'") + ",{'role':'assistant','content':null,'tool_calls':[" + calls + "]}";
  }

  private static String result(String id) {
    return "{'role':'tool','content':'x','tool_call_id':'" + id + "'}";
  }
}
