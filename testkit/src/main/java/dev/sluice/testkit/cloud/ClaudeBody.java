package dev.sluice.testkit.cloud;

import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.anthropic.rules.BodyRules;
import dev.sluice.testkit.anthropic.rules.OutputLimits;
import dev.sluice.testkit.anthropic.rules.RefusedException;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of a call of Claude in a cloud, which names its model in the path and its version in
/// the body.
///
/// @param messages as Anthropic's own API would have it, with the model
public record ClaudeBody(ObjectNode messages, Betas betas) {

  private static final String VERSION = "anthropic_version";

  /// Takes off what only the cloud knows, and checks all else as Anthropic does.
  ///
  /// @param refused members that the cloud has no place for
  public static ClaudeBody of(
      JsonNode json, String version, Set<String> refused, Betas betas, ClaudeModel model) {
    if (!json.isObject()) {
      throw invalid("Input should be an object");
    }
    refused.stream().filter(json::has).sorted().findFirst().ifPresent(ClaudeBody::refuseMember);
    if (!json.has(VERSION)) {
      throw invalid(VERSION + ": Field required");
    }
    if (!json.path(VERSION).asString("").equals(version)) {
      throw invalid(VERSION + ": Input should be '" + version + "'");
    }
    var messages = ((ObjectNode) json).deepCopy();
    messages.remove(VERSION);
    messages.remove("anthropic_beta");
    messages.put("model", model.id());
    BodyRules.checkMessages(messages, betas, model.limits());
    return new ClaudeBody(messages, betas);
  }

  /// Takes off the version, which a count can do without.
  public static JsonNode ofCount(JsonNode json, String version) {
    if (!json.has(VERSION)) {
      return json;
    }
    if (!json.path(VERSION).asString("").equals(version)) {
      throw invalid(VERSION + ": Input should be '" + version + "'");
    }
    var messages = ((ObjectNode) json).deepCopy();
    messages.remove(VERSION);
    return messages;
  }

  /// A model by the id that its prices are kept under.
  public record ClaudeModel(String id, OutputLimits limits) {}

  private static void refuseMember(String name) {
    throw invalid(name + ": Extra inputs are not permitted");
  }

  private static RefusedException invalid(String problem) {
    return new RefusedException(400, "invalid_request_error", problem);
  }
}
