package dev.sluice.testkit.gemini;

import static dev.sluice.testkit.gemini.GeminiClient.FLASH;
import static dev.sluice.testkit.gemini.GeminiClient.PRO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.cloud.CloudClient;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Every rule of the body once kept and once broken.
class GeminiStrictnessTest {

  private static final String CALL = "{'functionCall':{'name':'read','args':{}}}";
  private static final String RESPONSE =
      "{'functionResponse':{'name':'read','response':{'output':'x'}}}";

  private static GeminiSimulator simulator;
  private static GeminiClient client;

  @BeforeAll
  static void start() {
    simulator = GeminiSimulator.start(GeminiConfig.of(GeminiClient.prices()));
    client = new GeminiClient(simulator);
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  static Stream<Arguments> members() {
    return Stream.of(
        row(
            "{'systemInstruction':{'parts':[{'text':'a'}]}}",
            "{'messages':[]}",
            "Invalid JSON payload received. Unknown name \"messages\": Cannot find field."),
        row(
            generation("'maxOutputTokens':1"),
            generation("'maxOutputTokens':'many'"),
            "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), \"many\""),
        row(
            generation("'maxOutputTokens':65536"),
            generation("'maxOutputTokens':65537"),
            "a maxOutputTokens value of 65537 but the supported range is from 1 (inclusive) to"
                + " 65537 (exclusive)"),
        row(generation("'temperature':2"), generation("'temperature':3"), "a temperature value"),
        row(
            generation("'thinkingConfig':{'thinkingBudget':0}"),
            generation("'thinkingConfig':{'thinkingBudget':1,'thinkingLevel':'LOW'}"),
            "You can only set only one of thinking budget and thinking level."),
        row(
            generation("'responseMimeType':'application/json'"),
            "{'generationConfig':{'responseMimeType':'application/json'},"
                + declared("'parametersJsonSchema':{}")
                + "}",
            "with a response mime type: 'application/json' is unsupported"),
        row(
            generation("'responseSchema':{'type':'ARRAY','items':{'type':'STRING'}}"),
            generation("'responseSchema':{'type':'ARRAY'}"),
            "response_schema.items: missing field."));
  }

  static Stream<Arguments> schemas() {
    return Stream.of(
        schema("'description':'a'", "'$schema':'x'", "Unknown name \"$schema\" at"),
        schema("'nullable':true", "'additionalProperties':false", "\"additionalProperties\" at"),
        schema("'minimum':1", "'exclusiveMinimum':1", "Unknown name \"exclusiveMinimum\" at"),
        schema("'title':'a'", "'$ref':'#/a'", "Unknown name \"$ref\" at"),
        schema("'format':'date'", "'const':'a'", "Unknown name \"const\" at"),
        schema(
            "'enum':['a']",
            "'type':['string','null']",
            "Unknown name \"type\" at 'tools[0].function_declarations[0].parameters.properties[0]"
                + ".value': Proto field is not repeating, cannot start list."),
        schema("'type':'string'", "'type':'text'", "(type.googleapis.com/google.ai."),
        schema("'enum':['a']", "'type':'INTEGER','enum':['1']", "only allowed for STRING type"),
        row(
            "{" + declared("'parameters':{'type':'OBJECT'}") + "}",
            "{" + declared("'parameters':{'type':'OBJECT','properties':{}}") + "}",
            "parameters.properties: should be non-empty for OBJECT type"),
        row(
            "{" + declared("'parametersJsonSchema':{'$schema':'x','properties':{}}") + "}",
            "{" + declared("'parametersJsonSchema':{},'parameters':{'type':'OBJECT'}") + "}",
            "must not be set together with parameters"));
  }

  static Stream<Arguments> tools() {
    var plain = declared("'description':'a'");
    return Stream.of(
        row("{" + plain + "}", "{" + plain.replace("read", "1 a") + "}", "Invalid function name."),
        row(
            "{" + plain + "," + calling("'mode':'ANY','allowedFunctionNames':['read']") + "}",
            "{" + plain + "," + calling("'mode':'ANY','allowedFunctionNames':['write']") + "}",
            "write is not declared"),
        row(
            "{" + plain + "," + calling("'mode':'NONE'") + "}",
            "{" + plain + "," + calling("'mode':'AUTO','allowedFunctionNames':['read']") + "}",
            "only when function calling mode is ANY."),
        row(
            "{" + plain + "," + calling("'mode':'AUTO'") + "}",
            "{" + plain + "," + calling("'mode':'MUST'") + "}",
            "Invalid value at 'tool_config.function_calling_config.mode'"),
        row(
            "{" + calling("'mode':'AUTO'") + "}",
            "{" + calling("'mode':'ANY'") + "}",
            "set without function_declarations"));
  }

  static Stream<Arguments> contents() {
    return Stream.of(
        talk(user("{'text':'a'}"), "", "contents is not specified"),
        talk(
            user("{'text':'a'}"),
            "{'role':'assistant','parts':[{'text':'a'}]}",
            "Please use a valid role: user, model."),
        talk(user("{'text':'a'}"), user(""), "must not be empty"),
        talk(user("{'text':''}"), user("{'thought':true}"), "required oneof field 'data'"),
        talk(
            user("{'inlineData':{'mimeType':'image/png','data':'iVBORw=='}}"),
            user("{'inlineData':{'mimeType':'image/bmp','data':'iVBORw=='}}"),
            "Unsupported MIME type: image/bmp"),
        talk(
            user("{'inlineData':{'mimeType':'image/png','data':'iVBORw=='}}"),
            user("{'inlineData':{'mimeType':'image/png','data':'no base64'}}"),
            "(TYPE_BYTES)"),
        talk(
            user("{'text':'a'}") + "," + model("{'text':'b'}") + "," + user("{'text':'c'}"),
            user("{'text':'a'}") + "," + model("{'text':'b'}"),
            "multiturn requests end with a user role"),
        talk(
            loop(CALL, RESPONSE),
            loop(CALL, "{'text':'no'}"),
            "number of function response parts is equal to the number of function call parts"),
        talk(
            loop(CALL + "," + CALL, RESPONSE + "," + RESPONSE),
            loop(CALL + "," + CALL, RESPONSE),
            "number of function response parts is equal"),
        talk(
            loop(CALL, RESPONSE),
            loop(CALL, RESPONSE.replace("read", "write")),
            "names of function response parts"),
        talk(
            loop(CALL, RESPONSE),
            user(RESPONSE),
            "function response turn comes immediately after a function call turn"),
        talk(
            loop(CALL, RESPONSE),
            loop("{'text':'a'}", CALL),
            "not allowed in a turn of role user (expected: model)"),
        talk(
            loop(CALL, RESPONSE),
            loop(CALL, RESPONSE.replace("{'output':'x'}", "'x'")),
            "google.protobuf.Struct"));
  }

  @ParameterizedTest
  @MethodSource({"members", "schemas", "tools", "contents"})
  void keeps_the_rules_of_the_body(String valid, String invalid, String message) {
    var accepted = client.post(FLASH + "generateContent", changed(valid));
    assertThat(accepted.statusCode()).as(CloudClient.text(accepted)).isEqualTo(200);
    var refused = client.post(FLASH + "generateContent", changed(invalid));
    assertThat(refused.statusCode()).as(CloudClient.text(refused)).isEqualTo(400);
    var error = CloudClient.json(refused).path("error");
    assertThat(error.path("status").asString()).isEqualTo("INVALID_ARGUMENT");
    assertThat(error.path("message").asString()).contains(message);
  }

  @Test
  void tells_all_unknown_names_at_once() {
    var body = changed("{" + declared("'parameters':{'$schema':'x','const':1}") + "}");
    var message =
        CloudClient.json(client.post(FLASH + "generateContent", body))
            .path("error")
            .path("message");
    assertThat(message.asString().lines()).hasSize(2);
  }

  @Test
  void the_third_generation_wants_its_signature_back_in_the_current_turn() {
    var bare = changed("{'contents':[" + loop(CALL, RESPONSE) + "]}");
    var refused = client.post(PRO + "generateContent", bare);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(refused))
        .contains("Function call is missing a thought_signature in functionCall parts.")
        .contains("function call `default_api:read` , position 2.");
    assertThat(client.post(FLASH + "generateContent", bare).statusCode()).isEqualTo(200);
    var before = loop(CALL, RESPONSE) + "," + model("{'text':'b'}") + "," + user("{'text':'c'}");
    var past = changed("{'contents':[" + before + "]}");
    assertThat(client.post(PRO + "generateContent", past).statusCode()).isEqualTo(200);
    var foreign = signed("skip_thought_signature_validator");
    assertThat(client.post(PRO + "generateContent", foreign).statusCode()).isEqualTo(200);
    var forged = client.post(PRO + "generateContent", signed("Zm9yZ2Vk"));
    assertThat(CloudClient.text(forged)).contains("Corrupted thought signature.");
  }

  private static ObjectNode signed(String signature) {
    var call = CALL.replace("{'functionCall'", "{'thoughtSignature':'X','functionCall'");
    var body = changed("{'contents':[" + loop(call, RESPONSE) + "]}");
    var part = (ObjectNode) body.path("contents").path(1).path("parts").path(0);
    part.put("thoughtSignature", signature);
    return body;
  }

  private static ObjectNode changed(String change) {
    return CloudClient.changed(GeminiClient.body(), change);
  }

  private static Arguments row(String valid, String invalid, String message) {
    return arguments(valid, invalid, message);
  }

  private static String generation(String members) {
    return "{'generationConfig':{" + members + "}}";
  }

  private static String declared(String members) {
    return "'tools':[{'functionDeclarations':[{'name':'read'," + members + "}]}]";
  }

  private static String calling(String members) {
    return "'toolConfig':{'functionCallingConfig':{" + members + "}}";
  }

  /// A property of a function's parameters.
  private static Arguments schema(String valid, String invalid, String message) {
    return row("{" + property(valid) + "}", "{" + property(invalid) + "}", message);
  }

  private static String property(String members) {
    var type = members.contains("'type'") || members.contains("$ref") ? "" : "'type':'STRING',";
    return declared("'parameters':{'type':'OBJECT','properties':{'a':{" + type + members + "}}}");
  }

  private static Arguments talk(String valid, String invalid, String message) {
    return row("{'contents':[" + valid + "]}", "{'contents':[" + invalid + "]}", message);
  }

  private static String loop(String calls, String responses) {
    return user("{'text':'a'}") + "," + model(calls) + "," + user(responses);
  }

  private static String user(String parts) {
    return "{'role':'user','parts':[" + parts + "]}";
  }

  private static String model(String parts) {
    return "{'role':'model','parts':[" + parts + "]}";
  }
}
