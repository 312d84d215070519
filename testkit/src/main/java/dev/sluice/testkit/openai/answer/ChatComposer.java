package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.openai.answer.TokenBudget.Part;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.Quirks.Habit;
import dev.sluice.testkit.openai.config.Quirks.ReasoningPlace;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Block;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plans a chat completion, block by block, until the blocks or the limit are used up.
public record ChatComposer(OpenAiConfig config) implements Composer {

  @Override
  public Answer compose(ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var writing = new Writing(config, call, message, input, delivery);
    message.blocks().forEach(writing::add);
    return writing.finish();
  }

  /// One answer while it is planned.
  private static final class Writing {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SEARCH_RESULT_TOKENS = 300;

    private final OpenAiConfig config;
    private final ApiCall call;
    private final Usage input;
    private final ChatChunks chunks;
    private final TokenBudget budget;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thoughts = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final List<ObjectNode> calls = new ArrayList<>();
    private long reasoningTokens;
    private String finish = "";

    Writing(
        OpenAiConfig config, ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
      this.config = config;
      this.call = call;
      this.input = input;
      var body = call.body();
      var limit = body.path("max_completion_tokens").asLong(Long.MAX_VALUE);
      var tokensMax = Math.min(limit, body.path("max_tokens").asLong(Long.MAX_VALUE));
      this.budget =
          new TokenBudget(Math.min(tokensMax, message.tokensMax()), delivery.tokensPerEvent());
      this.chunks = new ChatChunks(config, call);
      chunks.begin();
    }

    void add(Block block) {
      if (budget.exceeded() || !finish.isEmpty()) {
        return;
      }
      switch (block) {
        case Block.Thinking(var thought) -> addThought(thought);
        case Block.Text(var said) -> addText(said);
        case Block.ToolUse(var name, var arguments) -> addCall(name, arguments);
        case Block.WebSearch _ -> addSearch();
        case Block.FailedSearch _, Block.OpenedPage _ -> {
          // Nothing of it is seen in a chat.
        }
        case Block.Refusal(var words) -> addRefusal(words);
        case Block.Filtered _ -> finish = "content_filter";
      }
    }

    private void addThought(String thought) {
      var place = config.quirks().reasoning();
      var thinks =
          config.reasons(call.model())
              && !call.body().path("reasoning_effort").asString("").equals("none");
      if (!thinks && place == ReasoningPlace.HIDDEN) {
        return;
      }
      var parts = budget.take(thought);
      reasoningTokens += TokenBudget.tokens(parts);
      switch (place) {
        case HIDDEN -> parts.forEach(part -> chunks.hidden(part.usage()));
        case REASONING_CONTENT -> showThoughts("reasoning_content", parts);
        case REASONING -> showThoughts("reasoning", parts);
        case THINK_TAGS -> {
          show(new Part("<think>", 0));
          parts.forEach(this::show);
          show(new Part("</think>\n\n", 0));
        }
      }
    }

    private void showThoughts(String member, List<Part> parts) {
      for (var part : parts) {
        thoughts.append(part.text());
        chunks.delta(part.usage(), object().put(member, part.text()));
      }
    }

    private void addText(String said) {
      budget.take(said).forEach(this::show);
    }

    private void show(Part part) {
      text.append(part.text());
      chunks.delta(part.usage(), object().put("content", part.text()));
    }

    private void addRefusal(String words) {
      for (var part : budget.take(words)) {
        refusal.append(part.text());
        chunks.delta(part.usage(), object().put("refusal", part.text()));
      }
      finish = "stop";
    }

    private void addCall(String name, Map<String, ?> arguments) {
      if (!calls.isEmpty() && !call.body().path("parallel_tool_calls").asBoolean(true)) {
        return;
      }
      var index = calls.size();
      var id = Ids.call(call.requestId(), index);
      var parts = budget.take(JSON.writeValueAsString(arguments));
      if (config.quirks().has(Habit.WHOLE_TOOL_CALLS)) {
        var usage = Usage.ofOutput(TokenBudget.tokens(parts));
        chunks.call(usage, index, wholeCall(id, name, TokenBudget.text(parts)));
      } else {
        chunks.call(Usage.NONE, index, wholeCall(id, name, ""));
        parts.forEach(part -> chunks.call(part.usage(), index, fragment(id, part.text())));
      }
      calls.add(wholeCall(id, name, TokenBudget.text(parts)));
    }

    private static ObjectNode wholeCall(String id, String name, String arguments) {
      var whole = object().put("id", id).put("type", "function");
      whole.putObject("function").put("name", name).put("arguments", arguments);
      return whole;
    }

    private ObjectNode fragment(String id, String arguments) {
      var fragment = object();
      var function = object();
      boolean repeated = config.quirks().has(Habit.REPEATED_IDS);
      if (repeated || config.quirks().has(Habit.EMPTY_LATER_IDS)) {
        fragment.put("id", repeated ? id : "").put("type", "function");
        function.put("name", "");
      }
      function.put("arguments", arguments);
      fragment.set("function", function);
      return fragment;
    }

    /// Shows nothing of itself; its results are read as input.
    private void addSearch() {
      if (call.body().has("web_search_options")) {
        chunks.hidden(new Usage(SEARCH_RESULT_TOKENS, 0, 0, 0, 0, 1));
      }
    }

    Answer finish() {
      var last = input.plus(chunks.added());
      var reason = reason();
      var usage = UsageJson.ofChat(last, reasoningTokens);
      var document = document(reason, usage);
      chunks.end(reason, usage, document);
      return new Answer(chunks.steps(), document);
    }

    private String reason() {
      if (budget.exceeded()) {
        return "length";
      }
      if (!finish.isEmpty()) {
        return finish;
      }
      return calls.isEmpty() ? "stop" : "tool_calls";
    }

    private ObjectNode document(String reason, ObjectNode usage) {
      var document = chunks.frame("chat.completion");
      var choice = document.putArray("choices").addObject().put("index", 0);
      choice.set("message", message());
      choice.putNull("logprobs").put("finish_reason", reason);
      document.set("usage", usage);
      return document;
    }

    private ObjectNode message() {
      var message = object().put("role", "assistant");
      message.put("content", text.isEmpty() ? null : text.toString());
      message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
      message.putArray("annotations");
      if (!thoughts.isEmpty()) {
        var place = config.quirks().reasoning();
        var member = place == ReasoningPlace.REASONING ? "reasoning" : "reasoning_content";
        message.put(member, thoughts.toString());
      }
      if (!calls.isEmpty()) {
        calls.forEach(message.putArray("tool_calls")::add);
      }
      return message;
    }

    private static ObjectNode object() {
      return JsonNodeFactory.instance.objectNode();
    }
  }
}
