package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.script.Script;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Every rule of a response's creation once kept and once broken.
class ResponseStrictnessTest {

  private static final String TOOL =
      "{'type':'function','name':'Read','parameters':{'type':'object'}}";
  private static final String SEARCH =
      "{'type':'web_search_call','id':'ws_1','status':'completed',"
          + "'action':{'type':'search','query':'a'}}";
  private static final String CALL =
      "{'type':'function_call','call_id':'c1','name':'Read','arguments':'{}'}";
  private static final String OUTPUT =
      "{'type':'function_call_output','call_id':'c1','output':'x'}";

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
        row("{'user':'u'}", "{'messages':[]}", "Unknown parameter: 'messages'", "messages"),
        row("{'user':'u'}", "{'input':null}", "Missing required parameter: 'input'", "input"),
        row("{'store':false}", "{'store':1}", "Invalid type for 'store'", "store"),
        row(
            "{'max_output_tokens':16}",
            "{'max_output_tokens':15}",
            "Expected a value >= 16, but got 15",
            "max_output_tokens"),
        row(
            "{'model':'gpt-4.1','temperature':0}",
            "{'temperature':0}",
            "Unsupported parameter: 'temperature' is not supported with this model.",
            "temperature"),
        row(
            "{'reasoning':{'effort':'low','summary':'auto'}}",
            "{'reasoning':{'max_tokens':100}}",
            "Unknown parameter: 'reasoning.max_tokens'",
            "reasoning.max_tokens"),
        row(
            "{'reasoning':{'effort':'low'}}",
            "{'model':'gpt-4.1','reasoning':{'effort':'low'}}",
            "Unsupported parameter: 'reasoning.effort'",
            "reasoning.effort"),
        row(
            "{'include':['reasoning.encrypted_content']}",
            "{'include':['reasoning.text']}",
            "Invalid value: 'reasoning.text'",
            "include[0]"),
        row(
            "{'text':{'format':{'type':'json_schema','name':'a','schema':{}}}}",
            "{'text':{'format':{'type':'json_schema','schema':{}}}}",
            "Missing required parameter: 'text.format.name'",
            "text.format.name"),
        row(
            "{'previous_response_id':null}",
            "{'previous_response_id':'resp_1'}",
            "Previous response with id 'resp_1' not found.",
            "previous_response_id"),
        row(
            "{'tools':[" + TOOL + "]}",
            "{'tools':[{'type':'function','function':{'name':'Read'}}]}",
            "Unknown parameter: 'tools[0].function'",
            "tools[0].function"),
        row(
            "{'tools':[{'type':'web_search'}]}",
            "{'tools':[{'type':'web_find'}]}",
            "Invalid value: 'web_find'",
            "tools[0].type"),
        row(
            "{'tools':[{'type':'web_search','filters':{'allowed_domains':['a.example']}}]}",
            "{'tools':[{'type':'web_search','filters':{'blocked_domains':['a.example']}}]}",
            "Unknown parameter: 'tools[0].filters.blocked_domains'",
            "tools[0].filters.blocked_domains"),
        row(
            "{'tools':[{'type':'web_search'}],'tool_choice':{'type':'web_search'}}",
            "{'tools':[" + TOOL + "],'tool_choice':{'type':'web_search'}}",
            "Tool choice 'web_search' not found",
            "tool_choice"),
        row(
            "{'tools':[{'type':'web_search'}],'reasoning':{'effort':'low'},'max_tool_calls':1}",
            "{'tools':[{'type':'web_search'}],'reasoning':{'effort':'minimal'}}",
            "cannot be used with reasoning.effort 'minimal': web_search.",
            "tools"),
        row(
            "{'max_tool_calls':1}",
            "{'max_tool_calls':0}",
            "integer below minimum value",
            "max_tool_calls"),
        row(
            "{'tools':[" + TOOL + "],'tool_choice':{'type':'function','name':'Read'}}",
            "{'tools':[" + TOOL + "],'tool_choice':{'type':'function','name':'Write'}}",
            "Tool choice 'Write' not found",
            "tool_choice"),
        row(
            "{'tools':[" + TOOL + "],'tool_choice':'required'}",
            "{'tool_choice':'required'}",
            "only allowed when 'tools' are specified",
            "tool_choice"));
  }

  static Stream<Arguments> items() {
    return Stream.of(
        input("'hi'", "[]", "'input': empty array", "input"),
        input("'hi'", "7", "expected one of a string or array of objects", "input"),
        items(
            "{'role':'user','content':'a'}",
            "{'role':'tool','content':'a'}",
            "Invalid value: 'tool'",
            "input[0].role"),
        items(
            "{'role':'user','content':[{'type':'input_text','text':'a'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]}",
            "Supported values are: 'input_file', 'input_image', 'input_text'",
            "input[0].content[0].type"),
        items(
            "{'role':'assistant','content':[{'type':'output_text','text':'a'}]}",
            "{'role':'assistant','content':[{'type':'input_text','text':'a'}]}",
            "Invalid value: 'input_text'",
            "input[0].content[0].type"),
        items(
            "{'type':'message','id':'msg_1','role':'user','content':'a'}",
            "{'type':'message','id':'item_1','role':'user','content':'a'}",
            "Invalid 'input[0].id': 'item_1'. Expected an ID that begins with 'msg'.",
            "input[0].id"),
        items(
            CALL.replace("'call_id'", "'id':'fc_1','call_id'") + "," + OUTPUT,
            CALL.replace("'call_id'", "'id':'call_1','call_id'") + "," + OUTPUT,
            "Expected an ID that begins with 'fc'.",
            "input[0].id"),
        items(
            SEARCH,
            SEARCH.replace("'ws_1'", "'srvtoolu_1'"),
            "Expected an ID that begins with 'ws'.",
            "input[0].id"),
        items(
            SEARCH,
            SEARCH.replace("'query':'a'", "'found':'a'"),
            "Unknown parameter: 'input[0].action.found'",
            "input[0].action.found"),
        items(CALL + "," + OUTPUT, CALL, "No tool output found for function call c1.", "input"),
        items(
            CALL + "," + OUTPUT,
            OUTPUT,
            "No tool call found for function call output with call_id c1.",
            "input"),
        items(
            (CALL + "," + OUTPUT).replace("c1", "c".repeat(64)),
            (CALL + "," + OUTPUT).replace("c1", "c".repeat(65)),
            "string too long. Expected a string with maximum length 64",
            "input[0].call_id"),
        items(
            CALL + "," + OUTPUT,
            CALL.replace("'{}'", "{}") + "," + OUTPUT,
            "expected a string, but got an object",
            "input[0].arguments"),
        items(
            CALL + "," + OUTPUT,
            CALL + "," + OUTPUT.replace("'x'", "[{'type':'text','text':'x'}]"),
            "Invalid value: 'text'",
            "input[1].output[0].type"),
        items(
            CALL + "," + OUTPUT,
            "{'type':'item_reference','id':'fc_1'}",
            "Item with id 'fc_1' not found.",
            "input"),
        items(
            CALL + "," + OUTPUT,
            "{'type':'tool_use','id':'a'}",
            "Invalid value: 'tool_use'",
            "input[0]"));
  }

  @ParameterizedTest
  @MethodSource({"members", "items"})
  void keeps_the_rules_of_a_response(String valid, String invalid, String message, String param) {
    var accepted = client.post(Client.RESPONSES, changed(valid));
    assertThat(accepted.statusCode()).as(Client.text(accepted)).isEqualTo(200);
    refuses(changed(invalid), message, param);
  }

  private static void refuses(ObjectNode body, String message, String param) {
    var refused = client.post(Client.RESPONSES, body);
    assertThat(refused.statusCode()).as(Client.text(refused)).isIn(400, 404);
    var error = Client.json(refused).path("error");
    assertThat(error.path("message").asString()).contains(message);
    assertThat(error.path("param").asString("")).isEqualTo(param);
  }

  @Test
  void takes_its_reasoning_back_only_as_it_was_and_before_what_it_led_to() {
    simulator.next(Script.answer().thinking("A plan.").text("Done."));
    var body = Client.response("gpt-5.1");
    body.set("include", Client.json("{'a':['reasoning.encrypted_content']}").path("a"));
    var output = client.document(Client.RESPONSES, body).path("output");
    assertThat(output).hasSize(2);
    accepts(again(output));

    refuses(without(again(output), 2), "without its required following item", "input");
    var unsealed = again(output);
    reasoning(unsealed).remove("encrypted_content");
    refuses(unsealed, "Items are not persisted when `store` is set to false", "input");
    var forged = again(output);
    var sealed = output.path(0).path("encrypted_content").asString();
    reasoning(forged).put("encrypted_content", "Zm9y" + sealed.substring(4));
    refuses(forged, "could not be verified", "");
    var renamed = again(output);
    reasoning(renamed).put("id", "rs_of_another_item");
    refuses(renamed, "The encrypted content for item rs_of_another_item could not be", "");
  }

  private static void accepts(ObjectNode body) {
    var accepted = client.post(Client.RESPONSES, body);
    assertThat(accepted.statusCode()).as(Client.text(accepted)).isEqualTo(200);
  }

  private static ObjectNode again(JsonNode output) {
    var body = Client.response("gpt-5.1");
    ((ArrayNode) body.path("input")).addAll((ArrayNode) output.deepCopy());
    return body;
  }

  private static ObjectNode reasoning(ObjectNode body) {
    return (ObjectNode) body.path("input").path(1);
  }

  private static ObjectNode without(ObjectNode body, int item) {
    ((ArrayNode) body.path("input")).remove(item);
    return body;
  }

  private static ObjectNode changed(String change) {
    var body = Client.response("gpt-5.1");
    body.setAll(Client.json(change));
    return body;
  }

  private static Arguments row(String valid, String invalid, String message, String param) {
    return arguments(valid, invalid, message, param);
  }

  private static Arguments input(String valid, String invalid, String message, String param) {
    return row("{'input':" + valid + "}", "{'input':" + invalid + "}", message, param);
  }

  private static Arguments items(String valid, String invalid, String message, String param) {
    return input("[" + valid + "]", "[" + invalid + "]", message, param);
  }
}
