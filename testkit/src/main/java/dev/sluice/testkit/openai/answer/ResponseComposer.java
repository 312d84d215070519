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
    var writing = new Writing(config, call, message, delivery);
    message.blocks().forEach(writing::add);
    return writing.finish(input);
  }

  /// One answer while it is planned.
  private static final class Writing {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Signatures SIGNATURES = new Signatures("openai");
    private static final int SEARCH_RESULT_TOKENS = 300;

    private final OpenAiConfig config;
    private final ApiCall call;
    private final ResponseEvents events;
    private final TokenBudget budget;
    private int functionCalls;
    private long reasoningTokens;
    private boolean refused;
    private boolean filtered;

    Writing(OpenAiConfig config, ApiCall call, Reply.Message message, Delivery delivery) {
      this.config = config;
      this.call = call;
      var limit = call.body().path("max_output_tokens").asLong(Long.MAX_VALUE);
      this.budget =
          new TokenBudget(Math.min(limit, message.tokensMax()), delivery.tokensPerEvent());
      this.events = new ResponseEvents(ResponseJson.begun(call, config.clock()));
    }

    void add(Block block) {
      if (budget.exceeded() || filtered || refused) {
        return;
      }
      switch (block) {
        case Block.Thinking(var thought) -> addReasoning(thought);
        case Block.Text(var said) -> addMessage(said, "output_text", "text");
        case Block.ToolUse(var name, var arguments) -> addCall(name, arguments);
        case Block.WebSearch(var query) -> addSearch(query);
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

    /// A message with one part, of text or of refusal.
    private void addMessage(String said, String type, String member) {
      var parts = budget.take(said);
      var id = id("msg_");
      events.itemAdded(message(id, "in_progress"));
      var added = events.inContent("response.content_part.added", id);
      added.set("part", part(type, member, ""));
      events.show(Usage.NONE, added);
      for (var part : parts) {
        say(part, events.inContent("response." + type + ".delta", id));
      }
      var text = TokenBudget.text(parts);
      events.show(Usage.NONE, events.inContent("response." + type + ".done", id).put(member, text));
      var done = events.inContent("response.content_part.done", id);
      done.set("part", part(type, member, text));
      events.show(Usage.NONE, done);
      var whole = message(id, status());
      whole.withArray("content").add(part(type, member, text));
      events.itemDone(whole);
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

    /// Only where the request offers the search; its results are read as input.
    private void addSearch(String query) {
      if (!call.offers("web_search") && !call.offers("web_search_preview")) {
        return;
      }
      var id = id("ws_");
      var item = object().put("id", id).put("type", "web_search_call");
      events.itemAdded(item.put("status", "in_progress"));
      events.show(Usage.NONE, events.inItem("response.web_search_call.in_progress", id));
      events.show(Usage.NONE, events.inItem("response.web_search_call.searching", id));
      var usage = new Usage(SEARCH_RESULT_TOKENS, 0, 0, 0, 0, 1);
      events.show(usage, events.inItem("response.web_search_call.completed", id));
      item.put("status", "completed");
      item.putObject("action").put("type", "search").put("query", query);
      events.itemDone(item);
    }

    private void say(Part part, ObjectNode event) {
      event.put("delta", part.text());
      Obfuscation.pad(event, part.text(), call.body(), config.quirks());
      events.show(part.usage(), event);
    }

    Answer finish(Usage input) {
      var usage = UsageJson.ofResponse(input.plus(events.added()), reasoningTokens);
      return events.end(usage, incomplete());
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
