package dev.sluice.testkit.bedrock;

import static dev.sluice.testkit.bedrock.BedrockClient.CLAUDE_PATH;
import static dev.sluice.testkit.bedrock.BedrockClient.NOVA_PATH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.aws.ReadFrame;
import dev.sluice.testkit.cloud.CloudClient;
import dev.sluice.testkit.script.Script;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Converse: every rule once kept and once broken, and the frames of its answers.
class ConverseTest {

  private static final String TOOL =
      "{'toolSpec':{'name':'Read','inputSchema':{'json':{'type':'object'}}}}";
  private static final String TOOLS = "'toolConfig':{'tools':[" + TOOL + "]}";
  private static final String USE = "{'toolUse':{'toolUseId':'t1','name':'Read','input':{}}}";
  private static final String RESULT = "{'toolResult':{'toolUseId':'t1','content':[{'text':'x'}]}}";
  private static final String POINT = "{'cachePoint':{'type':'default'}}";

  private static BedrockSimulator simulator;
  private static BedrockClient client;

  @BeforeAll
  static void start() {
    simulator = BedrockSimulator.start(BedrockClient.config());
    client = BedrockClient.of(simulator);
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  static Stream<Arguments> members() {
    return Stream.of(
        row("{'system':[{'text':'a'}]}", "{'prompt':'a'}", "at 'prompt' failed to satisfy"),
        row("{'system':[{'text':'a'}]}", "{'system':'a'}", "system: not a list"),
        row(
            "{'inferenceConfig':{'maxTokens':1}}",
            "{'inferenceConfig':{'maxTokens':0}}",
            "Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must"
                + " have value greater than or equal to 1"),
        row(
            "{'inferenceConfig':{'maxTokens':128000}}",
            "{'inferenceConfig':{'maxTokens':128001}}",
            "exceeds the model limit of 128000"),
        row(
            "{'inferenceConfig':{'temperature':1}}",
            "{'inferenceConfig':{'temperature':1.5}}",
            "less than or equal to 1"),
        row(
            "{" + TOOLS + "}",
            "{'toolConfig':{'tools':[]}}",
            "'toolConfig.tools' failed to satisfy constraint"),
        row(
            "{" + TOOLS + "}",
            "{'toolConfig':{'tools':[" + TOOL + "," + TOOL + "]}}",
            "Read is already defined"),
        row(
            "{" + TOOLS + "}",
            "{" + TOOLS.replace("Read", "a b") + "}",
            "must satisfy regular expression pattern: [a-zA-Z0-9_-]+"),
        row(
            "{" + TOOLS + "}",
            "{" + TOOLS.replace("'type':'object'", "'type':'string'") + "}",
            "inputSchema.json.type must be one of the following: object"),
        row(choice("{'auto':{}}"), choice("{'none':{}}"), "Member must not be present"),
        row(choice("{'any':{}}"), choice("{'any':{},'auto':{}}"), "exactly one of"),
        row(choice("{'tool':{'name':'Read'}}"), choice("{'tool':{'name':'B'}}"), "tool name B"),
        row(
            "{'system':[{'text':'a'}," + POINT + "]}",
            "{'system':[{'text':'a'},{'cachePoint':{'type':'long'}}]}",
            "enum value set: [default]"),
        row(
            "{'additionalModelRequestFields':{'top_k':1}}",
            "{'additionalModelRequestFields':{'foo':1}}",
            "The model returned the following errors: foo: Extra inputs are not permitted"),
        row(
            "{'additionalModelRequestFields':{'anthropic_beta':['context-1m-2025-08-07']}}",
            "{'additionalModelRequestFields':{'anthropic_beta':['x']}}",
            "invalid beta flag"));
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        talk(user("{'text':'a'}"), "", "'messages' failed to satisfy constraint"),
        talk(user("{'text':'a'}"), user("{'text':' '}"), "messages.0.content.0 is blank"),
        talk(user("{'text':'a'}"), user(""), "messages.0 is empty"),
        talk(
            user("{'text':'a'}"),
            "{'role':'system','content':[{'text':'a'}]}",
            "Value 'system' at 'messages.1.member.role' failed to satisfy constraint: Member must"
                + " satisfy enum value set: [assistant, user]"),
        talk(
            user("{'text':'a'}"),
            assistant("{'text':'a'}"),
            "A conversation must start with a user message."),
        talk(
            user("{'text':'a'}"),
            user("{'text':'a'}") + "," + user("{'text':'b'}"),
            "A conversation must alternate between user and assistant roles."),
        talk(
            user("{'text':'a'}"),
            user("{'text':'a'}") + "," + assistant("{'text':'b'}"),
            "does not support assistant message prefill"),
        talk(
            user("{'image':{'format':'png','source':{'bytes':'iVBORw=='}}}"),
            user("{'image':{'format':'bmp','source':{'bytes':'iVBORw=='}}}"),
            "enum value set: [gif, jpeg, png, webp]"),
        talk(
            user("{'image':{'format':'png','source':{'bytes':'iVBORw=='}}}"),
            user("{'image':{'format':'png','source':{'bytes':'no base64'}}}"),
            "not base64"),
        talk(
            user("{'document':{'format':'pdf','name':'a b','source':{'bytes':'iVBORw=='}}}"),
            user("{'document':{'format':'pdf','name':'a_b.pdf','source':{'bytes':'iVBORw=='}}}"),
            "The document file name can only contain"),
        talk(
            user("{'text':'a'}," + POINT),
            user("{'text':'a'}" + (",{'text':'a'}," + POINT).repeat(5)),
            "A maximum of 4 blocks with cache_control may be provided. Found 5."),
        talk(
            user("{'text':'a'}"),
            user("{'toolUse':{'toolUseId':'t1','name':'Read','input':{}}}"),
            "Member must not be present"));
  }

  static Stream<Arguments> toolTurns() {
    return Stream.of(
        turns(USE, RESULT, "{'text':'no'}", "messages.2.content for the following Ids: t1"),
        turns(USE, RESULT, RESULT + "," + RESULT, "exceeds the number of toolUse blocks"),
        turns(
            USE,
            RESULT,
            RESULT.replace("t1", "t2"),
            "Expected toolResult blocks at messages.2.content for the following Ids: t1"),
        turns(USE, RESULT, RESULT.replace("[{'text':'x'}]", "'x'"), "not a list"),
        turns(
            USE,
            RESULT.replace("'content'", "'status':'error','content'"),
            RESULT.replace("'content'", "'status':'bad','content'"),
            "enum value set: [error, success]"),
        arguments(
            "{" + TOOLS + "," + loop(USE, RESULT) + "}",
            "{" + loop(USE, RESULT) + "}",
            "The toolConfig field must be defined when using toolUse and toolResult"));
  }

  @ParameterizedTest
  @MethodSource({"members", "messages", "toolTurns"})
  void keeps_the_rules_of_the_body(String valid, String invalid, String message) {
    var accepted = client.post(CLAUDE_PATH + "converse", changed(valid));
    assertThat(accepted.statusCode()).as(CloudClient.text(accepted)).isEqualTo(200);
    var refused = client.post(CLAUDE_PATH + "converse", changed(invalid));
    assertThat(refused.statusCode()).as(CloudClient.text(refused)).isEqualTo(400);
    assertThat(CloudClient.json(refused).path("message").asString()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {CLAUDE_PATH, NOVA_PATH})
  void a_stream_has_the_frames_of_converse_and_its_usage_at_the_end(String path) {
    simulator.next(Script.answer().text("Hi you.").tool("Read", Map.of()));
    var frames = client.frames(path + "converse-stream", changed("{" + TOOLS + "}"));
    assertThat(frames)
        .extracting(ReadFrame::type)
        .containsExactly(
            "messageStart",
            "contentBlockDelta",
            "contentBlockStop",
            "contentBlockStart",
            "contentBlockDelta",
            "contentBlockDelta",
            "contentBlockStop",
            "messageStop",
            "metadata");
    assertThat(frames.get(1).json().path("delta").path("text").asString()).isEqualTo("Hi you.");
    assertThat(frames.get(3).json().path("start").path("toolUse").path("name").asString())
        .isEqualTo("Read");
    assertThat(frames.get(7).json().path("stopReason").asString()).isEqualTo("tool_use");
    var told = frames.getLast().json().path("usage");
    var billed = simulator.settledBill().entries().getLast().usage();
    assertThat(told.path("inputTokens").asLong()).isEqualTo(billed.input());
    assertThat(told.path("outputTokens").asLong()).isEqualTo(billed.output());
    assertThat(told.path("totalTokens").asLong()).isEqualTo(billed.input() + billed.output());
  }

  @Test
  void what_stands_before_a_cache_point_is_written_and_then_read() {
    var text = "a long text about budgets ".repeat(400);
    var body = changed("{'system':[{'text':'" + text + "'}," + POINT + "]}");
    var written = usage(body);
    assertThat(written.path("cacheWriteInputTokens").asLong()).isGreaterThan(1_000);
    var read = usage(body);
    assertThat(read.path("cacheReadInputTokens")).isEqualTo(written.path("cacheWriteInputTokens"));
    assertThat(read.path("cacheWriteInputTokens").asLong()).isZero();
    assertThat(simulator.settledBill().entries().getLast().usage().cacheRead())
        .isEqualTo(read.path("cacheReadInputTokens").asLong());
  }

  @Test
  void reasoning_comes_back_with_its_signature_and_not_without() {
    simulator.next(Script.answer().thinking("A plan.").text("Done."));
    var body = changed("{'additionalModelRequestFields':{'thinking':{'type':'adaptive'}}}");
    var answer = CloudClient.json(client.post(CLAUDE_PATH + "converse", body));
    var message = (ObjectNode) answer.path("output").path("message");
    body.withArray("messages").add(message);
    body.withArray("messages").add(CloudClient.json(user("{'text':'go on'}")));
    assertThat(client.post(CLAUDE_PATH + "converse", body).statusCode()).isEqualTo(200);
    var reasoning = message.path("content").path(0).path("reasoningContent");
    ((ObjectNode) reasoning.path("reasoningText")).put("text", "Another plan.");
    assertThat(CloudClient.text(client.post(CLAUDE_PATH + "converse", body)))
        .contains("Invalid `signature` in `thinking` block");
    ((ObjectNode) reasoning.path("reasoningText")).remove("signature");
    assertThat(CloudClient.text(client.post(CLAUDE_PATH + "converse", body)))
        .contains("signature: Field required");
  }

  @Test
  void reasoning_streams_as_text_and_signature() {
    simulator.next(Script.answer().thinking("A plan.").text("Done."));
    var body = changed("{'additionalModelRequestFields':{'thinking':{'type':'adaptive'}}}");
    var frames = client.frames(CLAUDE_PATH + "converse-stream", body);
    var text = frames.get(1).json().path("delta").path("reasoningContent").path("text");
    assertThat(text.asString()).isEqualTo("A plan.");
    var signature = frames.get(2).json().path("delta").path("reasoningContent").path("signature");
    assertThat(signature.asString()).isNotEmpty();
  }

  private static JsonNode usage(ObjectNode body) {
    return CloudClient.json(client.post(CLAUDE_PATH + "converse", body)).path("usage");
  }

  private static ObjectNode changed(String change) {
    return CloudClient.changed(BedrockClient.converse(), change);
  }

  private static Arguments row(String valid, String invalid, String message) {
    return arguments(valid, invalid, message);
  }

  private static String choice(String choice) {
    return "{'toolConfig':{'tools':[" + TOOL + "],'toolChoice':" + choice + "}}";
  }

  private static Arguments talk(String valid, String invalid, String message) {
    return row("{'messages':[" + valid + "]}", "{'messages':[" + invalid + "]}", message);
  }

  private static Arguments turns(String use, String valid, String invalid, String message) {
    return row(
        "{" + TOOLS + "," + loop(use, valid) + "}",
        "{" + TOOLS + "," + loop(use, invalid) + "}",
        message);
  }

  private static String loop(String use, String result) {
    return "'messages':[" + user("{'text':'a'}") + "," + assistant(use) + "," + user(result) + "]";
  }

  private static String user(String content) {
    return "{'role':'user','content':[" + content + "]}";
  }

  private static String assistant(String content) {
    return "{'role':'assistant','content':[" + content + "]}";
  }
}
