package dev.sluice.extproc.budget;

import dev.sluice.core.budget.Balance;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Claude Code asks when it starts at a gateway, only to read the headers of the answer: the
/// one word `quota`, with one token to answer. The gateway knows the answer, which costs nothing.
public final class QuotaProbe {

  /// The client's own has 279 bytes.
  private static final int BYTES_MAX = 1_024;

  private static final String WORD = "quota";

  private QuotaProbe() {}

  /// Whether the body is worth a look.
  public static boolean maybe(MessagesRequest request) {
    return request.outputTokens() == 1 && request.bodyBytes() <= BYTES_MAX && !request.stream();
  }

  /// Whether a body that was worth a look is the probe.
  public static boolean is(Body body) {
    try {
      var root = JsonMapper.shared().readTree(body.bytes(), body.offset(), body.length());
      return !root.has("system") && !root.has("tools") && asksOnly(root.path("messages"));
    } catch (JacksonException _) {
      return false; // The provider judges what is wrong with it.
    }
  }

  private static boolean asksOnly(JsonNode messages) {
    var content = messages.path(0).path("content");
    var text = content.isArray() && content.size() == 1 ? content.path(0).path("text") : content;
    return messages.size() == 1 && text.isString() && text.stringValue().equals(WORD);
  }

  /// An answer with nothing in it but the headers of the caller's budget.
  public static Answer answer(Exchange.Facts facts, List<Balance> balances) {
    return Answers.json(
            facts.requestId(),
            root -> {
              root.put("id", "msg_" + facts.requestId());
              root.put("type", "message");
              root.put("role", "assistant");
              root.put("model", facts.request().model());
              root.putArray("content").addObject().put("type", "text").put("text", "");
              root.put("stop_reason", "max_tokens");
              root.putNull("stop_sequence");
              root.putObject("usage").put("input_tokens", 0).put("output_tokens", 0);
            })
        .with(BudgetHeaders.allowed(balances));
  }
}
