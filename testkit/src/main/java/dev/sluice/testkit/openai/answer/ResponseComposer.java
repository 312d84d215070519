package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.answer.Signatures;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.openai.answer.TokenBudget.Part;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Block;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plans a response, item by item, until the blocks or the limit are used up.
public record ResponseComposer(OpenAiConfig config) implements Composer {

  @Override
  public Answer compose(ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var writing = new Writing(config, call, message, input, delivery);
    message.blocks().forEach(writing::add);
    return writing.finish();
  }

  /// One answer while it is planned.
  private static final class Writing {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Signatures SIGNATURES = new Signatures("openai");

    private final OpenAiConfig config;
    private final ApiCall call;
    private final Usage input;
    private final ResponseEvents events;
    private final Searches searches;
    private final TokenBudget budget;
    private int functionCalls;
    private long reasoningTokens;
    private boolean refused;
    private boolean filtered;

    Writing(
        OpenAiConfig config, ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
      this.config = config;
      this.call = call;
      this.input = input;
      var limit = call.body().path("max_output_tokens").asLong(Long.MAX_VALUE);
      this.budget =
          new TokenBudget(Math.min(limit, message.tokensMax()), delivery.tokensPerEvent());
      this.events = new ResponseEvents(ResponseJson.begun(call, config.clock()));
      boolean includesSources = includes("web_search_call.action.sources");
      this.searches = new Searches(call, events, input, includesSources);
    }

    void add(Block block) {
      if (budget.exceeded() || filtered || refused) {
        return;
      }
      switch (block) {
        case Block.Thinking(var thought) -> addReasoning(thought);
        case Block.Text(var said) -> addMessage(said, "output_text", "text");
        case Block.ToolUse(var name, var arguments) -> addCall(name, arguments);
        case Block.WebSearch(var query) -> {
          if (maySearch()) {
            searches.found(query);
          }
        }
        case Block.FailedSearch(var query) -> {
          if (maySearch()) {
            searches.failed(query);
          }
        }
        case Block.OpenedPage(var url) -> {
          if (maySearch()) {
            searches.opened(url);
          }
        }
        case Block.Refusal(var words) -> {
          addMessage(words, "refusal", "refusal");
          refused = true;
        }
        case Block.Filtered _ -> filtered = true;
      }
    }

    private void addReasoning(String thought) {
      var reasoning = call.body().path("reasoning");
      if (!config.reasons(call.model()) || reasoning.path("effort").asString("").equals("none")) {
        return;
      }
      var parts = budget.take(thought);
      reasoningTokens += TokenBudget.tokens(parts);
      var id = id("rs_");
      var item = object().put("id", id).put("type", "reasoning");
      item.putArray("summary");
      if (includes("reasoning.encrypted_content")) {
        item.put("encrypted_content", seal(id, ""));
      }
      events.itemAdded(item);
      if (reasoning.hasNonNull("summary")) {
        addSummary(id, parts);
        item.withArray("summary").add(summary(TokenBudget.text(parts)));
      } else {
        parts.forEach(part -> events.hidden(part.usage()));
      }
      if (includes("reasoning.encrypted_content")) {
        item.put("encrypted_content", seal(id, TokenBudget.text(parts)));
      }
      events.itemDone(item);
    }

    private void addSummary(String id, List<Part> parts) {
      var place = "response.reasoning_summary_";
      var added = events.inSummary(place + "part.added", id);
      added.set("part", summary(""));
      events.show(Usage.NONE, added);
      for (var part : parts) {
        say(part, events.inSummary(place + "text.delta", id));
      }
      var text = TokenBudget.text(parts);
      events.show(Usage.NONE, events.inSummary(place + "text.done", id).put("text", text));
      var done = events.inSummary(place + "part.done", id);
      done.set("part", summary(text));
      events.show(Usage.NONE, done);
    }

    private static ObjectNode summary(String text) {
      return object().put("type", "summary_text").put("text", text);
    }

    private String seal(String id, String thought) {
      return SIGNATURES.sign(id, thought, call.requestId().hashCode() + events.items());
    }

    /// A message with one part, of text or of refusal. Text after a search says in its first
    /// sentence what it rests on.
    private void addMessage(String said, String type, String member) {
      var id = id("msg_");
      events.itemAdded(message(id, "in_progress"));
      var added = events.inContent("response.content_part.added", id);
      added.set("part", part(type, member, ""));
      events.show(Usage.NONE, added);
      var whole = part(type, member, "");
      var source = type.equals("output_text") ? searches.source() : null;
      var text = new StringBuilder();
      int sentence = source == null ? said.length() : Searches.sentence(said);
      text.append(tell(said.substring(0, sentence), type, id));
      if (source != null) {
        text.append(tell(source.mark(), type, id));
        if (!budget.exceeded()) {
          cite(source.annotation(text.toString()), whole, id);
        }
        text.append(tell(said.substring(sentence), type, id));
      }
      whole.put(member, text.toString());
      var done = events.inContent("response." + type + ".done", id);
      events.show(Usage.NONE, done.put(member, text.toString()));
      var partDone = events.inContent("response.content_part.done", id);
      partDone.set("part", whole.deepCopy());
      events.show(Usage.NONE, partDone);
      var message = message(id, status());
      message.withArray("content").add(whole);
      events.itemDone(message);
    }

    private String tell(String said, String type, String id) {
      var parts = budget.take(said);
      for (var part : parts) {
        say(part, events.inContent("response." + type + ".delta", id));
      }
      return TokenBudget.text(parts);
    }

    private void cite(ObjectNode annotation, ObjectNode part, String id) {
      var added = events.inContent("response.output_text.annotation.added", id);
      added.put("annotation_index", part.path("annotations").size());
      added.set("annotation", annotation.deepCopy());
      events.show(Usage.NONE, added);
      part.withArray("annotations").add(annotation);
    }

    private static ObjectNode message(String id, String status) {
      var message = object().put("id", id).put("type", "message").put("status", status);
      message.putArray("content");
      return message.put("role", "assistant");
    }

    private static ObjectNode part(String type, String member, String text) {
      var part = object().put("type", type);
      if (type.equals("output_text")) {
        part.putArray("annotations");
        part.putArray("logprobs");
      }
      return part.put(member, text);
    }

    private void addCall(String name, Map<String, ?> arguments) {
      if (functionCalls > 0 && !call.body().path("parallel_tool_calls").asBoolean(true)) {
        return;
      }
      var parts = budget.take(JSON.writeValueAsString(arguments));
      var id = id("fc_");
      var callId = Ids.call(call.requestId(), functionCalls++);
      var item = object().put("id", id).put("type", "function_call");
      item.put("status", "in_progress").put("arguments", "");
      events.itemAdded(item.put("call_id", callId).put("name", name));
      for (var part : parts) {
        say(part, events.inItem("response.function_call_arguments.delta", id));
      }
      var text = TokenBudget.text(parts);
      var done = events.inItem("response.function_call_arguments.done", id);
      events.show(Usage.NONE, done.put("arguments", text));
      events.itemDone(item.put("status", status()).put("arguments", text));
    }

    /// Only where the request offers the search, and no more often than it lets.
    private boolean maySearch() {
      var most = call.body().path("max_tool_calls").asInt(Integer.MAX_VALUE);
      boolean offered = call.offers("web_search") || call.offers("web_search_preview");
      return offered && searches.calls() < most;
    }

    private void say(Part part, ObjectNode event) {
      event.put("delta", part.text());
      Obfuscation.pad(event, part.text(), call.body(), config.quirks());
      events.show(part.usage(), event);
    }

    Answer finish() {
      var usage = UsageJson.ofResponse(input.plus(events.added()), reasoningTokens);
      return events.end(usage, events.added().webSearches(), incomplete());
    }

    private String incomplete() {
      if (budget.exceeded()) {
        return "max_output_tokens";
      }
      return filtered ? "content_filter" : "";
    }

    private String status() {
      return budget.exceeded() ? "incomplete" : "completed";
    }

    private String id(String prefix) {
      return Ids.item(prefix, call.requestId(), events.items());
    }

    private boolean includes(String what) {
      return StreamSupport.stream(call.body().path("include").spliterator(), false)
          .anyMatch(item -> item.asString("").equals(what));
    }

    private static ObjectNode object() {
      return JsonNodeFactory.instance.objectNode();
    }
  }
}
