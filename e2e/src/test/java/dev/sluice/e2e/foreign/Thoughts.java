package dev.sluice.e2e.foreign;

import dev.sluice.testkit.gemini.rules.TurnRules;
import dev.sluice.testkit.provider.ReceivedRequest;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What clients see of thoughts at each type of provider, and how a thought comes back to who had
/// it. Whether its signature is the right one, each simulator checks by itself.
public final class Thoughts {

  /// Chats of OpenAI's models think out of sight, and Nova is not asked to.
  private static final Set<String> UNSEEN = Set.of("chat", "azure-dated", "nova-aws");

  private Thoughts() {}

  public static boolean isShown(String key) {
    return !UNSEEN.contains(key);
  }

  /// A compatible service of which nothing is known might refuse what it did not ask for.
  public static boolean comesBack(String key) {
    return isShown(key) && !key.equals("compatible");
  }

  /// Whether the provider got back a thought that it had before its first call of a turn.
  ///
  /// @param argument of that call: of thoughts Gemini wants back their signature, at the call
  public static boolean isBack(
      String key, ReceivedRequest request, String thought, String argument) {
    var body = JsonMapper.shared().readTree(request.body().orElseThrow());
    return switch (key) {
      case "anthropic", "claude-aws", "claude-gcp" ->
          any(body, "signature", block -> is(block.path("thinking"), thought));
      case "responses", "azure" ->
          any(body, "encrypted_content", item -> is(item.at("/summary/0/text"), thought));
      case "gemini", "gemini-gcp" -> any(body, "thoughtSignature", part -> isOf(argument, part));
      default -> body.toString().contains(thought);
    };
  }

  private static boolean any(JsonNode body, String signature, Predicate<JsonNode> owner) {
    return body.findParents(signature).stream().anyMatch(owner);
  }

  private static boolean is(JsonNode told, String thought) {
    return told.asString("").equals(thought);
  }

  /// There is a signature that stands for none, too.
  private static boolean isOf(String argument, JsonNode part) {
    var call = part.path("functionCall");
    return call.path("args").toString().contains(argument)
        && TurnRules.SIGNATURES.verifies(
            call.path("name").asString(""), part.path("thoughtSignature").asString(""));
  }
}
