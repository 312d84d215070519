package dev.sluice.wire.gemini;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.ToolNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads an answer of Gemini: one JSON object, or a stream of such, each with whole parts.
///
/// A stream has no last event: the answer has ended when the body has. What was searched and found
/// is told when all is said, so there it stands behind the text; in a whole answer before it.
final class GeminiDecoder implements AnswerDecoder {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9_-]{1,50}");
  private static final ToolNames ANSWER_IDS = new ToolNames(40);
  private static final ToolNames DIGESTS = new ToolNames(16);

  private enum Open {
    NOTHING,
    TEXT,
    THINKING
  }

  private final Expected expected;
  private final String idMark;
  private final Chunks chunks = new Chunks();
  private final Grounding grounding = new Grounding();
  private List<AnswerEvent> events = new ArrayList<>();
  private Open open = Open.NOTHING;
  private boolean begun;
  private boolean over;
  private String answer = "";
  private String model = "";
  private boolean said;
  private boolean grounded;
  private int calls;
  private String finishReason = "";
  private String finishMessage = "";
  private boolean blocked;
  private @Nullable JsonNode usage;

  GeminiDecoder(Expected expected, String idMark) {
    this.expected = expected;
    this.idMark = idMark;
  }

  @Override
  public List<AnswerEvent> read(byte[] part, int offset, int length) {
    if (!over) {
      chunks(chunks.read(part, offset, length));
    }
    if (!over && chunks.overfull()) {
      fail("a chunk of more than " + EVENT_BYTES_MAX + " bytes");
    }
    return drained();
  }

  @Override
  public List<AnswerEvent> end() {
    if (!over) {
      chunks(chunks.end());
    }
    if (!over) {
      finish();
    }
    return drained();
  }

  @Override
  public Held held() {
    return over ? Held.NOTHING : chunks.held();
  }

  @Override
  public boolean hidesCalls() {
    return true;
  }

  @Override
  public @Nullable JsonNode usage() {
    return usage;
  }

  private List<AnswerEvent> drained() {
    var drained = events;
    events = new ArrayList<>();
    return drained;
  }

  private void chunks(List<byte[]> chunks) {
    for (var chunk : chunks) {
      if (over) {
        return;
      }
      try {
        var json = JSON.readTree(chunk);
        if (json.isArray()) {
          json.forEach(each -> chunk(each, chunk));
        } else {
          chunk(json, chunk);
        }
      } catch (JacksonException e) {
        fail("a chunk that is no JSON: " + e.getOriginalMessage());
      }
    }
  }

  private void chunk(JsonNode json, byte[] bytes) {
    if (over) {
      return;
    }
    if (!json.isObject()) {
      fail("a chunk that is no JSON object");
      return;
    }
    if (json.path("error").isObject()) {
      fail(GeminiErrors.of(json.path("error")));
      return;
    }
    if (json.path("usageMetadata").isObject()) {
      usage = json.path("usageMetadata");
    }
    begin(json, bytes);
    blocked |= !json.path("promptFeedback").path("blockReason").asString("").isEmpty();
    var candidate = json.path("candidates").path(0);
    grounding.read(candidate.path("groundingMetadata"));
    boolean known = !said && candidate.has("finishReason") && grounding.searched();
    var parts = candidate.path("content").path("parts");
    for (var part : parts) {
      if (known && isText(part)) {
        ground(parts);
      } else if (!over) {
        part(part);
      }
    }
    finishReason = candidate.path("finishReason").asString(finishReason);
    finishMessage = candidate.path("finishMessage").asString(finishMessage);
  }

  /// Without a name of its own, an answer is named by what it begins with.
  private void begin(JsonNode json, byte[] bytes) {
    if (begun) {
      return;
    }
    begun = true;
    var id = json.path("responseId").asString("");
    answer =
        id.isEmpty()
            ? DIGESTS.fitting(new String(bytes, StandardCharsets.UTF_8))
            : ANSWER_IDS.fitting(id);
    model = json.path("modelVersion").asString("");
    var tokens = usage == null ? Tokens.NONE : GeminiUsage.tokens(usage, 0);
    events.add(new Begun(id, model, tokens));
  }

  private void part(JsonNode part) {
    var signature = part.path("thoughtSignature").asString("");
    var text = part.path("text");
    if (part.path("functionCall").isObject()) {
      sign(signature);
      call(part.path("functionCall"));
    } else if (part.path("thought").asBoolean(false)) {
      open(Open.THINKING, text.asString(""));
      sign(signature);
    } else if (text.isString()) {
      if (!text.stringValue().isEmpty()) {
        sign(signature);
        open(Open.TEXT, text.stringValue());
      }
    } else if (!part.isEmpty()) {
      var kinds = String.join(", ", part.propertyNames());
      fail("a part of " + kinds + " (expected: text or functionCall)");
    }
  }

  private static boolean isText(JsonNode part) {
    return part.path("text").isString()
        && !part.path("text").stringValue().isEmpty()
        && !part.path("thought").asBoolean(false);
  }

  /// The text of an answer that comes whole, with all that it rests on: searches stand before it,
  /// and each of its passages has what is its own.
  private void ground(JsonNode parts) {
    if (grounded) {
      return; // The text of all parts was told with the first.
    }
    close();
    searches();
    var text = new StringBuilder();
    for (var part : parts) {
      if (isText(part)) {
        sign(part.path("thoughtSignature").asString(""));
        text.append(part.path("text").stringValue());
      }
    }
    for (var passage : grounding.passages(text.toString())) {
      close();
      open(Open.TEXT, passage.text());
      cite(passage.citations());
    }
  }

  private void searches() {
    grounded = true;
    var queries = grounding.queries();
    for (int i = 0; i < queries.size(); i++) {
      var id = answer + "_" + i;
      var input = JSON.createObjectNode().put("query", queries.get(i));
      boolean last = i == queries.size() - 1;
      events.add(new SearchOpened(id));
      events.add(new InputGrown(JSON.writeValueAsString(input)));
      events.add(new Closed());
      events.add(new FoundOpened(id, last ? grounding.pages() : List.of(), null));
      events.add(new Closed());
    }
  }

  private void cite(List<Citation.Web> citations) {
    citations.forEach(citation -> events.add(new Cited(citation)));
  }

  /// More of a text or a thought.
  private void open(Open wanted, String text) {
    if (text.isEmpty()) {
      return;
    }
    boolean thinking = wanted == Open.THINKING;
    said |= !thinking;
    if (open != wanted) {
      close();
      open = wanted;
      events.add(thinking ? new ThinkingOpened() : new TextOpened());
    }
    events.add(thinking ? new ThinkingGrown(text) : new TextGrown(text));
  }

  /// The signature of the next part becomes the last word of a thought before it.
  private void sign(String signature) {
    if (signature.isEmpty()) {
      return;
    }
    if (open != Open.THINKING) {
      close();
      events.add(new ThinkingOpened());
    }
    open = Open.NOTHING;
    events.add(new Signed(Seal.seal(GeminiTranslator.ORIGIN, signature)));
    events.add(new Closed());
  }

  private void close() {
    if (open == Open.THINKING) {
      events.add(new Signed(Seal.seal(GeminiTranslator.ORIGIN, null))); // It is nobody else's.
    }
    if (open != Open.NOTHING) {
      events.add(new Closed());
    }
    open = Open.NOTHING;
  }

  private void call(JsonNode call) {
    close();
    var name = expected.toolName(call.path("name").asString(""));
    events.add(new ToolUseOpened(id(call.path("id").asString("")), name));
    var args = call.path("args");
    events.add(new InputGrown(args.isObject() ? JSON.writeValueAsString(args) : "{}"));
    events.add(new Closed());
    calls++;
  }

  private String id(String given) {
    return PLAIN_ID.matcher(given).matches() ? idMark + given : "call_" + answer + "_" + calls;
  }

  private void finish() {
    if (!begun) {
      fail("an answer without a chunk");
      return;
    }
    var reason = reason();
    if (reason == null) {
      var why = finishReason.isEmpty() ? "nothing" : finishReason;
      fail("an answer that ends with " + why + " " + finishMessage);
      return;
    }
    if (!grounded && open == Open.TEXT) {
      cite(grounding.citations());
    }
    close();
    if (!grounded) {
      searches();
    }
    over = true;
    var tokens = usage == null ? null : GeminiUsage.tokens(usage, grounding.charged(model));
    events.add(new Ended(reason, null, tokens, usage));
  }

  /// Null where no answer came about, and another try may have one.
  private @Nullable StopReason reason() {
    return switch (finishReason) {
      case "" -> blocked ? StopReason.REFUSAL : null;
      case "STOP" -> calls > 0 ? StopReason.TOOL_USE : StopReason.END_TURN;
      case "MAX_TOKENS" -> StopReason.MAX_TOKENS;
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          StopReason.REFUSAL;
      // MALFORMED_FUNCTION_CALL, UNEXPECTED_TOOL_CALL, OTHER and what is like them.
      default -> null;
    };
  }

  private void fail(String problem) {
    fail(new ProviderError(ProviderError.Kind.SERVER, problem));
  }

  private void fail(ProviderError error) {
    over = true;
    events.add(new Failed(error));
  }
}
