package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.anthropic.rules.BodyRules;
import dev.sluice.testkit.anthropic.rules.RefusedException;
import dev.sluice.testkit.cloud.ClaudeBody;
import dev.sluice.testkit.cloud.ClaudeBody.ClaudeModel;
import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.cloud.ServedTools;
import dev.sluice.testkit.cloud.StrictJson;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What reaches a model: Claude checks its own body, whichever operation brought it.
final class InvokeRules {

  private static final String VERSION = "bedrock-2023-05-31";
  private static final String BETA = "anthropic_beta";

  /// A model of another maker has no rules here but those of Converse.
  private static final String CLAUDE = "anthropic.";

  /// The betas that Bedrock documents for Claude; any other makes it refuse the whole request.
  private static final Set<String> BETAS =
      Set.of(
          "claude-code-20250219",
          "computer-use-2025-01-24",
          "context-1m-2025-08-07",
          "context-management-2025-06-27",
          "dev-full-thinking-2025-05-14",
          "effort-2025-11-24",
          "fine-grained-tool-streaming-2025-05-14",
          "interleaved-thinking-2025-05-14",
          "output-128k-2025-02-19",
          "token-efficient-tools-2025-02-19",
          "tool-examples-2025-10-29",
          "tool-search-tool-2025-10-19");

  private InvokeRules() {}

  /// The body of an invoke, as Anthropic itself would have it.
  static ObjectNode check(ClaudeModel model, JsonNode json) {
    if (!model.id().startsWith(CLAUDE)) {
      throw Member.refusal(
          "invoke of %s: its own body is not simulated (expected: a model of Anthropic)"
              .formatted(model.id()));
    }
    var refused = Set.of("model", "stream");
    var betas = betas(json);
    var body = ClaudeBody.of(json, VERSION, refused, betas, model).messages();
    ServedTools.check(body, betas, "");
    return body;
  }

  /// A valid Converse body as its model gets it.
  static ObjectNode checkConverse(ClaudeModel model, JsonNode json, long outputTokensMax) {
    var messages = ConverseMessages.of(model.id(), json, outputTokensMax);
    var betas = betas(messages);
    messages.remove(BETA);
    if (!model.id().startsWith(CLAUDE)) {
      return messages;
    }
    try {
      BodyRules.checkMessages(messages, betas, model.limits());
    } catch (RefusedException e) {
      throw Member.refusal("The model returned the following errors: " + e.text());
    }
    return messages;
  }

  /// The prompt of a count: `input` has the body of an invoke, or that of a Converse call.
  static ObjectNode checkCount(ClaudeModel model, JsonNode json, long outputTokensMax) {
    var input = new Member("", json).only(Set.of("input")).required("input");
    var kind = input.one(Set.of("invokeModel", "converse"));
    if (kind.path().endsWith(".converse")) {
      ConverseRules.checkCount(kind.value());
      return checkConverse(model, kind.value(), outputTokensMax);
    }
    var body = kind.only(Set.of("body")).required("body");
    body.bytes();
    var invoke = StrictJson.read(Base64.getDecoder().decode(body.text()), InvokeRules::malformed);
    if (invoke.path("tools").isArray() && invoke.path("tools").isEmpty()) {
      throw Member.refusal("tools: List should have at least 1 item");
    }
    return check(model, invoke);
  }

  private static Betas betas(JsonNode json) {
    if (!json.has(BETA)) {
      return new Betas(Set.of());
    }
    var names = new HashSet<String>();
    json.path(BETA).forEach(name -> names.add(name.asString("")));
    if (!json.path(BETA).isArray() || !BETAS.containsAll(names)) {
      throw Member.refusal("invalid beta flag");
    }
    return new Betas(names);
  }

  private static CloudRefusedException malformed(String problem) {
    return Member.refusal(
        "Malformed input request: %s, please reformat your input and try again."
            .formatted(problem));
  }
}
