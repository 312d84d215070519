package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.json.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What chats and responses ask for with the same words.
final class Asks {

  private Asks() {}

  /// Many clients always give both, and Claude takes one of them at most: what is 1 says nothing.
  static Settings settings(Field body, @Nullable Long maxTokens, List<String> stops) {
    var user = body.at("user").textIfAny();
    var temperature = body.at("temperature").numberIfAny();
    var topP = body.at("top_p").numberIfAny();
    return new Settings(
        maxTokens == null ? ClientRequest.OUTPUT_TOKENS_OTHERWISE : maxTokens,
        topP == null ? temperature : unlessOne(temperature),
        unlessOne(topP),
        body.at("top_k").wholeIfAny(0),
        stops,
        user == null ? body.at("safety_identifier").textIfAny() : user);
  }

  private static @Nullable Double unlessOne(@Nullable Double number) {
    return number != null && number == 1 ? null : number;
  }

  /// @param thinks what a model does that is to make an effort
  static Reasoning reasoning(@Nullable String effort, Mode thinks) {
    return switch (effort) {
      case null -> new Reasoning(thinks, 0, null);
      case "none" -> new Reasoning(Mode.OFF, 0, null);
      case "minimal" -> new Reasoning(thinks, 0, "low");
      case String word -> new Reasoning(thinks, 0, word);
    };
  }

  /// The schema that the answer must match; null for plain text.
  ///
  /// @param format says its type
  /// @param member of the format that has the schema; empty where the format itself has it
  static @Nullable JsonNode schema(Field format, String member) {
    if (format.absent()) {
      return null;
    }
    var type = format.object().at("type");
    return switch (type.name()) {
      case "text" -> null;
      case "json_schema" -> {
        var holder = member.isEmpty() ? format : format.at(member).object();
        yield holder.at("schema").object().json();
      }
      case String _ -> throw Unsaid.of(type, "text or json_schema");
    };
  }
}
