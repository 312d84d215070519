package dev.sluice.wire.openai.client;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.fallback.FallbacksMember;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.UntranslatableException;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the body of `POST /v1/responses`. Nothing is stored: what refers to an earlier answer is
/// refused, and every thought goes to the client sealed, to come back with the next request.
public final class ResponsesReader {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STATELESS = "none; this gateway stores no answers";

  private static final Set<String> BODY =
      Set.of(
          "model",
          FallbacksMember.NAME,
          "input",
          "instructions",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "max_output_tokens",
          "max_tool_calls",
          "temperature",
          "top_p",
          "top_k",
          "stream",
          "text",
          "reasoning",
          "include",
          "user",
          "safety_identifier",
          "previous_response_id",
          "conversation",
          "prompt",
          "background",
          "top_logprobs",
          "metadata");

  /// What an answer repeats of its request.
  private static final List<String> REPEATED =
      List.of(
          "instructions",
          "max_output_tokens",
          "metadata",
          "parallel_tool_calls",
          "reasoning",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_p",
          "user");

  private final Untold untold = new Untold();

  private ResponsesReader() {}

  /// @throws MalformedBodyException for what OpenAI would refuse
  /// @throws UntranslatableException for what cannot be said to other providers
  public static ClientRequest read(byte[] bytes, int offset, int length) {
    return new ResponsesReader().request(JsonBody.read(bytes, offset, length).object());
  }

  private ClientRequest request(Field body) {
    refuse(body);
    untold.beyond(BODY, body, "");
    var items = new ItemReader(untold);
    items.read(body.at("instructions"), body.at("input"));
    var tooling = new ToolsReader(untold).read(body);
    var text = body.at("text");
    if (!text.absent()) {
      untold.beyond(Set.of("format"), text.object(), "text.");
    }
    boolean stream = body.at("stream").flag();
    var conversation =
        new Conversation(
            body.at("model").name(),
            items.system(),
            items.turns(body.at("input")),
            tooling.tools(),
            tooling.choice(),
            Asks.settings(body, body.at("max_output_tokens").wholeIfAny(1), List.of()),
            reasoning(body, tooling.choice()),
            Asks.schema(text.at("format"), ""),
            stream,
            untold.names());
    return new ClientRequest(
        conversation,
        new ClientRequest.Wanted.Responses(stream, echo(body)),
        FallbacksMember.names(body.at(FallbacksMember.NAME)));
  }

  private void refuse(Field body) {
    Unsaid.refuse(body, "previous_response_id", STATELESS);
    Unsaid.refuse(body, "conversation", STATELESS);
    Unsaid.refuse(body, "prompt", "input and instructions in its place");
    Unsaid.refuseFlag(body, "background");
    Unsaid.refuseNumber(body, "top_logprobs", 0);
    for (var wanted : body.at("include").itemsIfAny()) {
      switch (wanted.text()) {
        case "message.output_text.logprobs" -> throw Unsaid.of(wanted, "no log probabilities");
        case "reasoning.encrypted_content", "web_search_call.action.sources" -> {
          // It is always there.
        }
        case String _ -> untold.add("include");
      }
    }
  }

  /// Whoever speaks of reasoning can keep thoughts, so the model may think as it likes: but for
  /// requests that Claude refuses together with thinking.
  private Reasoning reasoning(Field body, ToolChoice choice) {
    var reasoning = body.at("reasoning");
    if (reasoning.absent() || saysNothing(reasoning.object())) {
      return new Reasoning(Mode.UNSAID, 0, null);
    }
    untold.beyond(Set.of("effort", "summary", "generate_summary"), reasoning, "reasoning.");
    var temperature = body.at("temperature").numberIfAny();
    boolean forced = choice.mode() == ToolChoice.Mode.ANY || choice.mode() == ToolChoice.Mode.ONE;
    boolean thinks = !forced && (temperature == null || temperature == 1);
    return Asks.reasoning(reasoning.at("effort").textIfAny(), thinks ? Mode.ADAPTIVE : Mode.UNSAID);
  }

  private static boolean saysNothing(Field object) {
    return object.json().values().stream().allMatch(JsonNode::isNull);
  }

  private static ObjectNode echo(Field body) {
    var echo = JSON.createObjectNode();
    echo.put("background", false);
    for (var name : REPEATED) {
      var value = body.at(name);
      echo.set(name, value.absent() ? otherwise(name) : value.json());
    }
    echo.putNull("previous_response_id").put("store", false).put("truncation", "disabled");
    return echo;
  }

  private static JsonNode otherwise(String name) {
    return switch (name) {
      case "parallel_tool_calls" -> JSON.getNodeFactory().booleanNode(true);
      case "reasoning" -> JSON.createObjectNode().putNull("effort").putNull("summary");
      case "text" ->
          JSON.createObjectNode().set("format", JSON.createObjectNode().put("type", "text"));
      case "tool_choice" -> JSON.getNodeFactory().stringNode("auto");
      case "tools" -> JSON.createArrayNode();
      case "metadata" -> JSON.createObjectNode();
      case String _ -> JSON.nullNode();
    };
  }
}
