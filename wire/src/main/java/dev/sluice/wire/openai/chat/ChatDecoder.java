package dev.sluice.wire.openai.chat;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.openai.BlockQueue;
import dev.sluice.wire.openai.OpenAiErrors;
import dev.sluice.wire.openai.Quirks.Reasoning;
import dev.sluice.wire.openai.ServerEvents;
import dev.sluice.wire.openai.ServerEvents.Event;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads an answer, streamed or whole.
final class ChatDecoder implements AnswerDecoder {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ServerEvents body = new ServerEvents();
  private final BlockQueue blocks;
  private final CallFragments calls;
  private final @Nullable ThinkTags tags;
  private final Sources sources = new Sources();
  private final List<AnswerEvent> events = new ArrayList<>();
  private @Nullable JsonNode usage;
  private String finish = "";
  private @Nullable String sequence;
  private boolean begun;
  private boolean inParts;
  private boolean refused;
  private boolean over;

  ChatDecoder(Reasoning reasoning, Expected expected) {
    blocks = new BlockQueue(expected);
    calls = new CallFragments(blocks);
    tags = reasoning == Reasoning.THINK_TAGS ? new ThinkTags(blocks) : null;
  }

  @Override
  public List<AnswerEvent> read(byte[] part, int offset, int length) {
    if (!over) {
      body.read(part, offset, length).forEach(this::event);
    }
    return told();
  }

  @Override
  public List<AnswerEvent> end() {
    if (!over) {
      body.end().forEach(this::event);
    }
    if (!over && finish.isEmpty()) {
      fail(new ProviderError(Kind.SERVER, "the answer broke off before its finish_reason"));
    }
    finish();
    return told();
  }

  @Override
  public Held held() {
    return over
        ? Held.NOTHING
        : new Held(body.heldBytes() + blocks.heldChars() + sources.heldChars(), false);
  }

  @Override
  public @Nullable JsonNode usage() {
    return usage;
  }

  private List<AnswerEvent> told() {
    if (!over && (body.overfull() || blocks.overfull() || calls.overfull())) {
      fail(new ProviderError(Kind.SERVER, "the answer holds more than the gateway keeps"));
    }
    var told = List.copyOf(events);
    events.clear();
    return told;
  }

  private void event(Event event) {
    if (over || event.data().isBlank()) {
      return;
    }
    if (event.data().strip().equals("[DONE]")) {
      finish();
      return;
    }
    try {
      answer(event.name(), JSON.readTree(event.data()));
    } catch (JacksonException _) {
      fail(new ProviderError(Kind.SERVER, "an event of the answer is not JSON"));
    }
  }

  private void answer(String name, JsonNode answer) {
    if (failed(name, answer)) {
      return;
    }
    var choice = choice(answer.path("choices"));
    var told = Usage.find(answer);
    usage = told == null ? usage : told;
    if (!choice.isMissingNode() || told != null) {
      begin(answer);
    }
    message(choice);
    sources.read(answer, choice);
    end(choice);
    events.addAll(blocks.drain());
    // The usage comes last; some send nothing after it, and keep the connection.
    if (choice.isMissingNode() && told != null && !finish.isEmpty()) {
      finish();
    }
  }

  private boolean failed(String name, JsonNode answer) {
    if (name.equals("error") || OpenAiErrors.isError(answer)) {
      fail(OpenAiErrors.read(0, answer));
      return true;
    }
    return false;
  }

  /// The first of them; only one is asked for.
  private static JsonNode choice(JsonNode choices) {
    var first = choices.path(0);
    return first.isObject() && first.path("index").asInt(0) == 0 ? first : choices.path(-1);
  }

  private void begin(JsonNode answer) {
    if (!begun) {
      begun = true;
      var id = answer.path("id").asString("");
      var made = answer.path("created").asString("");
      blocks.name(id.isEmpty() ? made : id);
      events.add(new Begun(id, answer.path("model").asString(""), Tokens.NONE));
    }
  }

  private void message(JsonNode choice) {
    if (choice.path("delta").isObject()) {
      inParts = true;
      message(choice.path("delta"), false);
    } else if (choice.path("message").isObject() && !inParts) {
      // MiniMax ends a stream with the whole message, which was told in parts by then.
      message(choice.path("message"), true);
    }
  }

  private void message(JsonNode message, boolean whole) {
    reasoning(message);
    content(message.path("content"));
    var refusal = message.path("refusal").asString("");
    if (!refusal.isEmpty()) {
      refused = true;
      blocks.text(refusal);
    }
    var told = message.path("tool_calls");
    if (!told.isEmpty()) {
      calls(told, whole);
    }
    if (message.path("function_call").isObject()) {
      // The old word for the one call of a message.
      calls(JSON.createObjectNode().set("function", message.path("function_call")), whole);
    }
  }

  private void calls(JsonNode told, boolean whole) {
    endTags();
    if (whole) {
      calls.addWhole(told);
    } else {
      calls.add(told);
    }
  }

  private void reasoning(JsonNode message) {
    var content = message.path("reasoning_content").asString("");
    blocks.thinking(content.isEmpty() ? message.path("reasoning").asString("") : content);
  }

  /// A text, or a list of parts.
  private void content(JsonNode content) {
    if (content.isString()) {
      text(content.stringValue());
    }
    if (!content.isArray()) {
      return;
    }
    for (var part : content) {
      switch (part.path("type").asString("")) {
        case "text" -> text(part.path("text").asString(""));
        case "refusal" -> {
          refused = true;
          text(part.path("refusal").asString(""));
        }
        case "thinking" -> thinking(part.path("thinking"));
        default -> {
          // A reference, or what else has no block.
        }
      }
    }
  }

  private void thinking(JsonNode thinking) {
    blocks.thinking(thinking.asString(""));
    for (var part : thinking) {
      blocks.thinking(part.path("text").asString(""));
    }
  }

  private void text(String text) {
    if (tags == null) {
      blocks.text(text);
    } else {
      tags.text(text);
    }
  }

  private void endTags() {
    if (tags != null) {
      tags.end();
    }
  }

  private void end(JsonNode choice) {
    var reason = choice.path("finish_reason").asString("");
    if (reason.isEmpty()) {
      return;
    }
    finish = reason;
    // vLLM and SGLang tell which text stopped the answer; numbers are tokens.
    for (var member : List.of("stop_reason", "matched_stop")) {
      if (choice.path(member).isString()) {
        sequence = choice.path(member).stringValue();
      }
    }
  }

  private void finish() {
    if (over) {
      return;
    }
    var broken = Finish.failure(finish);
    if (broken != null) {
      fail(broken);
      return;
    }
    if (!begun) {
      fail(new ProviderError(Kind.SERVER, "the answer is empty"));
      return;
    }
    endTags();
    sources.cite(blocks);
    blocks.endAll();
    events.addAll(blocks.drain());
    var reason = refused ? StopReason.REFUSAL : Finish.reason(finish, blocks.anyCall(), sequence);
    var stop = reason == StopReason.STOP_SEQUENCE ? sequence : null;
    var tokens = usage == null ? null : Usage.tokens(usage);
    events.add(new Ended(reason, stop, tokens, usage));
    over = true;
  }

  private void fail(ProviderError error) {
    events.addAll(blocks.drain());
    events.add(new Failed(error));
    over = true;
  }
}
