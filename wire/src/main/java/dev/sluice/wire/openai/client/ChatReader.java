package dev.sluice.wire.openai.client;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.fallback.FallbacksMember;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.UntranslatableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/chat/completions`.
public final class ChatReader {

  private static final Set<String> BODY =
      Set.of(
          "model",
          FallbacksMember.NAME,
          "messages",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "stop",
          "stream",
          "stream_options",
          "response_format",
          "reasoning_effort",
          "user",
          "safety_identifier",
          "n",
          "logprobs",
          "top_logprobs",
          "audio",
          "modalities",
          "frequency_penalty",
          "presence_penalty",
          "logit_bias",
          "functions",
          "function_call",
          "web_search_options");

  private static final Set<String> MESSAGE =
      Set.of(
          "role",
          "content",
          "name",
          "tool_calls",
          "tool_call_id",
          "refusal",
          "audio",
          "function_call");

  private final Untold untold = new Untold();
  private final PartReader parts = new PartReader(untold);
  private final List<Block> system = new ArrayList<>();
  private final Turns turns = new Turns();
  private final ToolInputs inputs = new ToolInputs();

  private ChatReader() {}

  /// @throws MalformedBodyException for what OpenAI would refuse
  /// @throws UntranslatableException for what cannot be said to other providers
  public static ClientRequest read(byte[] bytes, int offset, int length) {
    return new ChatReader().request(JsonBody.read(bytes, offset, length).object());
  }

  private ClientRequest request(Field body) {
    refuse(body);
    untold.beyond(BODY, body, "");
    body.at("messages").items().forEach(this::message);
    var tooling = new ToolsReader(untold).read(body);
    boolean stream = body.at("stream").flag();
    var conversation =
        new Conversation(
            body.at("model").name(),
            system,
            turns.all(body.at("messages")),
            tooling.tools(),
            tooling.choice(),
            Asks.settings(body, maxTokens(body), stops(body.at("stop"))),
            Asks.reasoning(body.at("reasoning_effort").textIfAny(), Mode.UNSAID),
            Asks.schema(body.at("response_format"), "json_schema"),
            stream,
            untold.names());
    return new ClientRequest(
        conversation,
        new ClientRequest.Wanted.Chat(stream, usage(body.at("stream_options"))),
        FallbacksMember.names(body.at(FallbacksMember.NAME)));
  }

  private static void refuse(Field body) {
    var choices = body.at("n").wholeIfAny(1);
    if (choices != null && choices != 1) {
      throw Unsaid.of(body.at("n"), "1");
    }
    Unsaid.refuseFlag(body, "logprobs");
    Unsaid.refuseNumber(body, "top_logprobs", 0);
    Unsaid.refuseNumber(body, "frequency_penalty", 0);
    Unsaid.refuseNumber(body, "presence_penalty", 0);
    Unsaid.refuse(body, "logit_bias", "none");
    Unsaid.refuse(body, "audio", "none; answers are text");
    Unsaid.refuse(body, "functions", "tools in its place");
    Unsaid.refuse(body, "function_call", "tool_choice in its place");
    for (var modality : body.at("modalities").itemsIfAny()) {
      if (!modality.text().equals("text")) {
        throw Unsaid.of(modality, "text");
      }
    }
  }

  private static @Nullable Long maxTokens(Field body) {
    var newer = body.at("max_completion_tokens").wholeIfAny(1);
    return newer == null ? body.at("max_tokens").wholeIfAny(1) : newer;
  }

  private static List<String> stops(Field stop) {
    return stop.json().isString()
        ? List.of(stop.text())
        : stop.itemsIfAny().stream().map(Field::text).toList();
  }

  private boolean usage(Field options) {
    if (options.absent()) {
      return false;
    }
    untold.beyond(Set.of("include_usage"), options.object(), "stream_options.");
    return options.at("include_usage").flag();
  }

  private void message(Field message) {
    var role = message.object().at("role");
    untold.beyond(MESSAGE, message, "messages.");
    parts.name(message);
    var content = message.at("content");
    switch (role.text()) {
      case "system", "developer" -> instruct(parts.texts(content));
      case "user" -> turns.add(Role.USER, parts.of(content));
      case "assistant" -> turns.add(Role.ASSISTANT, answered(message));
      case "tool" ->
          turns.addResult(
              new Block.ToolResult(
                  message.at("tool_call_id").name(), parts.of(content), false, null));
      case "function" -> throw Unsaid.of(role, "tool in its place");
      case String _ -> throw role.wrong("system, developer, user, assistant or tool");
    }
  }

  /// Instructions after the first turn keep their place.
  private void instruct(List<Block> texts) {
    if (turns.isEmpty()) {
      system.addAll(texts);
    } else {
      turns.add(Role.SYSTEM, texts);
    }
  }

  private List<Block> answered(Field message) {
    Unsaid.refuse(message, "audio", "none; answers are text");
    Unsaid.refuse(message, "function_call", "tool_calls in its place");
    var blocks = new ArrayList<Block>(parts.texts(message.at("content")));
    var refusal = message.at("refusal").textIfAny();
    if (refusal != null && !refusal.isBlank()) {
      blocks.add(new Block.Text(refusal, null));
    }
    message.at("tool_calls").itemsIfAny().forEach(call -> blocks.add(call(call)));
    return blocks;
  }

  private Block.ToolUse call(Field call) {
    var type = call.object().at("type");
    if (!type.absent() && !type.text().equals("function")) {
      throw Unsaid.of(type, "function");
    }
    var function = call.at("function").object();
    return new Block.ToolUse(
        call.at("id").name(),
        function.at("name").name(),
        inputs.read(function.at("arguments")),
        null);
  }
}
