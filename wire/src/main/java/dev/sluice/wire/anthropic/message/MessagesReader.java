package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the body of a request to the Messages API, or of a question for its tokens, as a
/// [Conversation].
///
/// What it cannot carry over goes into `untold` by name. The signatures of thoughts stay as the
/// client sent them: [dev.sluice.wire.translate.Seal] tells whose they are. Of a member that comes
/// twice the last counts: the scanner at the door has refused those that decide anything.
public final class MessagesReader {

  /// Begins the block that Claude Code puts first in the system prompt: it is for Anthropic only,
  /// and differs from one conversation to the next.
  private static final String ATTRIBUTION = "x-anthropic-billing-header";

  private static final Set<String> BODY =
      Set.of(
          "model",
          "messages",
          "system",
          "tools",
          "tool_choice",
          "metadata",
          "max_tokens",
          "thinking",
          "output_config",
          "output_format",
          "stop_sequences",
          "temperature",
          "top_p",
          "top_k",
          "stream",
          "safeguards",
          "mcp_servers");

  private final Untold untold = new Untold();
  private final BlockReader blocks = new BlockReader(untold);
  private final ToolReader tools = new ToolReader(untold, blocks);

  private MessagesReader() {}

  /// Reads a body.
  ///
  /// @throws MalformedBodyException for what the Messages API would refuse
  /// @throws UntranslatableException for what only Anthropic can do
  public static Conversation read(byte[] bytes, int offset, int length) {
    var body = JsonBody.read(bytes, offset, length);
    return new MessagesReader().conversation(body.object());
  }

  private Conversation conversation(Field body) {
    refuse(body, "safeguards");
    refuse(body, "mcp_servers");
    untold.beyond(BODY, body, "");
    var system = system(body.at("system"));
    var turns = turns(body.at("messages"));
    var configs = configs(body);
    var choice = tools.choice(body.at("tool_choice"));
    return new Conversation(
        body.at("model").name(),
        system,
        turns,
        tools.tools(body.at("tools"), choice),
        choice,
        settings(body),
        reasoning(body.at("thinking"), configs),
        schema(body.at("output_format"), configs),
        body.at("stream").flag(),
        untold.names());
  }

  /// The client goes on without a member that is named to it.
  private static void refuse(Field body, String member) {
    var value = body.at(member);
    if (!value.absent() && !(value.json().isArray() && value.json().isEmpty())) {
      throw new UntranslatableException(
          Capability.OTHER,
          member + ": of no use to this provider (expected: a request without " + member + ")");
    }
  }

  private List<Block> system(Field system) {
    if (system.absent()) {
      return List.of();
    }
    var read = blocks.content(system);
    boolean attributed =
        !read.isEmpty()
            && read.getFirst() instanceof Block.Text(var text, _)
            && text.startsWith(ATTRIBUTION + ":");
    if (!attributed) {
      return read;
    }
    untold.add(ATTRIBUTION);
    return read.subList(1, read.size());
  }

  private List<Turn> turns(Field messages) {
    var turns = new ArrayList<Turn>();
    for (var message : messages.items()) {
      untold.beyond(Set.of("role", "content", "output_config"), message.object(), "messages.");
      turns.add(new Turn(role(message.at("role")), blocks.content(message.at("content"))));
    }
    if (turns.isEmpty()) {
      throw messages.wrong("one message or more");
    }
    return turns;
  }

  private static Turn.Role role(Field role) {
    return switch (role.text()) {
      case "user" -> Turn.Role.USER;
      case "assistant" -> Turn.Role.ASSISTANT;
      case "system" -> Turn.Role.SYSTEM;
      case String _ -> throw role.wrong("user, assistant or system");
    };
  }

  /// The output's configuration, and what later messages change of it.
  private List<Field> configs(Field body) {
    var configs = new ArrayList<Field>();
    configs.add(body.at("output_config"));
    body.at("messages").items().forEach(message -> configs.add(message.at("output_config")));
    configs.removeIf(Field::absent);
    for (var config : configs) {
      untold.beyond(Set.of("effort", "format"), config.object(), "output_config.");
    }
    return configs;
  }

  private Settings settings(Field body) {
    var metadata = body.at("metadata");
    if (!metadata.absent()) {
      untold.beyond(Set.of("user_id"), metadata.object(), "metadata.");
    }
    return new Settings(
        body.at("max_tokens").wholeIfAny(1),
        body.at("temperature").numberIfAny(),
        body.at("top_p").numberIfAny(),
        body.at("top_k").wholeIfAny(0),
        body.at("stop_sequences").itemsIfAny().stream().map(Field::text).toList(),
        metadata.at("user_id").textIfAny());
  }

  private Reasoning reasoning(Field thinking, List<Field> configs) {
    @Nullable String effort = null;
    for (var config : configs) {
      var later = config.at("effort").textIfAny();
      effort = later == null ? effort : later;
    }
    if (thinking.absent()) {
      return new Reasoning(Mode.UNSAID, 0, effort);
    }
    untold.beyond(Set.of("type", "budget_tokens"), thinking.object(), "thinking.");
    var budget = thinking.at("budget_tokens").wholeIfAny(0);
    var mode = mode(thinking.at("type"));
    return new Reasoning(mode, mode != Mode.ON || budget == null ? 0 : budget, effort);
  }

  private static Mode mode(Field type) {
    return switch (type.text()) {
      case "enabled" -> Mode.ON;
      case "adaptive" -> Mode.ADAPTIVE;
      case "disabled" -> Mode.OFF;
      case String _ -> throw type.wrong("enabled, adaptive or disabled");
    };
  }

  private static @Nullable JsonNode schema(Field olderFormat, List<Field> configs) {
    var format = olderFormat;
    for (var config : configs) {
      var later = config.at("format");
      format = later.absent() ? format : later;
    }
    if (format.absent()) {
      return null;
    }
    if (!format.object().at("type").text().equals("json_schema")) {
      throw format.at("type").wrong("json_schema");
    }
    return format.at("schema").object().json();
  }
}
