package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.anthropic.JsonCursor;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where Claude is served, and in which frame: the language is the same everywhere.
///
/// The clouds refuse a request with a beta that they do not know, and a member without its beta.
/// What they take was found out by others with real calls; single models take less.
@SuppressWarnings("ImmutableEnumChecker") // Its sets are those of Set.of.
public enum CloudFrame {
  /// Anthropic itself: all betas pass, in the header. Of its own `fallbacks` it would take models
  /// that nobody has asked whether the key may use and pay them.
  ANTHROPIC("", false, Set.of("fallbacks"), Set.of()),

  /// InvokeModel of Amazon Bedrock: betas in the body; the path says whether it streams.
  BEDROCK(
      "bedrock-2023-05-31",
      true,
      Set.of(
          "model",
          "stream",
          "tags",
          "metadata",
          "service_tier",
          "container",
          "inference_geo",
          "fallbacks",
          "anthropic_version",
          "anthropic_beta"),
      Set.of(
          "compact-2026-01-12",
          "computer-use-2024-10-22",
          "computer-use-2025-01-24",
          "computer-use-2025-11-24",
          "context-1m-2025-08-07",
          "context-management-2025-06-27",
          "dangerous-tool-use-2026-09-03",
          "dev-full-thinking-2025-05-14",
          "effort-2025-11-24",
          "fine-grained-tool-streaming-2025-05-14",
          "interleaved-thinking-2025-05-14",
          "mid-conversation-output-config-2026-07-01",
          "mid-conversation-tool-changes-2026-07-01",
          "output-128k-2025-02-19",
          "search-results-2025-06-09",
          "thinking-display-updates-2026-08-18",
          "token-efficient-tools-2025-02-19",
          "tool-examples-2025-10-29",
          "tool-search-tool-2025-10-19")),

  /// CountTokens of Amazon Bedrock: the same, with no betas but those that a prompt can need.
  BEDROCK_COUNT(
      BEDROCK,
      Set.of(
          "compact-2026-01-12",
          "computer-use-2024-10-22",
          "computer-use-2025-01-24",
          "computer-use-2025-11-24",
          "context-1m-2025-08-07",
          "context-management-2025-06-27",
          "effort-2025-11-24",
          "mid-conversation-tool-changes-2026-07-01",
          "search-results-2025-06-09",
          "tool-examples-2025-10-29",
          "tool-search-tool-2025-10-19")),

  /// Vertex AI of Google Cloud: betas in the header; `stream` stays in the body.
  VERTEX(
      "vertex-2023-10-16",
      false,
      Set.of("model", "tags", "fallbacks", "anthropic_version", "anthropic_beta"),
      Set.of(
          "compact-2026-01-12",
          "compact-2026-09-04",
          "computer-use-2025-01-24",
          "computer-use-2025-11-24",
          "context-1m-2025-08-07",
          "context-management-2025-06-27",
          "dangerous-tool-use-2026-09-03",
          "effort-2025-11-24",
          "interleaved-thinking-2025-05-14",
          "per-turn-control-2026-07-01",
          "thinking-binding-controls-2026-08-01",
          "thinking-display-updates-2026-08-18",
          "tool-search-tool-2025-10-19",
          CloudFrame.WEB_SEARCH));

  /// The clouds have the tool search under a name of its own.
  private static final Map<String, String> CALLED =
      Map.of("advanced-tool-use-2025-11-20", "tool-search-tool-2025-10-19");

  /// The beta without which Vertex AI does not know the tool of a search.
  public static final String WEB_SEARCH = "web-search-2025-03-05";

  /// What the types of tools begin with that every place has: the client runs them, or they search
  /// in the tools that the body lists.
  private static final List<String> TOOLS =
      List.of("custom", "bash_", "text_editor_", "memory_", "computer_", "tool_search_tool_");

  /// The beta that blocks need that add a tool in a conversation, or take one away.
  static final String TOOL_CHANGES = "mid-conversation-tool-changes-2026-07-01";

  /// The betas that a member of the body needs, one of them.
  static final Set<String> CONTEXT_MANAGEMENT = Set.of("context-management-2025-06-27");

  /// The same for the output's configuration in a message.
  static final Set<String> CONFIG_IN_MESSAGE =
      Set.of("per-turn-control-2026-07-01", "mid-conversation-output-config-2026-07-01");

  /// The same for the role `system` after the first turn.
  static final Set<String> SYSTEM_IN_TURNS =
      Set.of("mid-conversation-system-2026-04-07", "per-turn-control-2026-07-01");

  private final String version;
  private final boolean betasInBody;
  private final Set<String> leftOut;
  private final Set<String> betas;

  CloudFrame(CloudFrame other, Set<String> betas) {
    this(other.version, other.betasInBody, other.leftOut, betas);
  }

  CloudFrame(String version, boolean betasInBody, Set<String> leftOut, Set<String> betas) {
    this.version = version;
    this.betasInBody = betasInBody;
    this.leftOut = leftOut;
    this.betas = betas;
  }

  /// `anthropic_version` in the body; empty where it has none.
  String version() {
    return version;
  }

  boolean betasInBody() {
    return betasInBody;
  }

  /// Whether the body's member must not be there.
  boolean leavesOut(String member) {
    return leftOut.contains(member);
  }

  /// Whether the body's member must not be there where it is empty.
  boolean leavesOutEmpty(String member) {
    return this == BEDROCK_COUNT && member.equals("tools");
  }

  /// Looks for tools that Claude does not have here: those that Anthropic runs on its own machines.
  ///
  /// @throws UntranslatableException where it finds one
  /// @throws MalformedBodyException if the body is not JSON
  public void checkTools(byte[] bytes, int offset, int length) {
    if (this == ANTHROPIC) {
      return;
    }
    var json = new JsonCursor(bytes, offset, length);
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      boolean tools = json.textIs("tools");
      boolean servers = json.textIs("mcp_servers");
      if ((!tools && !servers) || json.peek() != '[') {
        json.skip(1);
        continue;
      }
      for (boolean item = json.open('[', ']'); item; item = json.next(']')) {
        if (servers) {
          throw refused("mcp_servers: one", "none");
        } else if (json.peek() == '{') {
          checkTool(json);
        } else {
          json.skip(2);
        }
      }
    }
  }

  private void checkTool(JsonCursor json) {
    var name = "";
    var type = "custom";
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      boolean isType = json.textIs("type");
      boolean isName = json.textIs("name");
      boolean isText = json.skipText(3);
      if (isType && isText) {
        type = json.text();
      } else if (isName && isText) {
        name = json.text();
      }
    }
    if (!runs(type)) {
      throw refused("tools: " + name + " of type " + type, "tools with an input_schema");
    }
  }

  private UntranslatableException refused(String what, String expected) {
    return new UntranslatableException(
        Capability.OTHER,
        "%s (expected: %s; Claude at %s does not run it)"
            .formatted(what, expected, this == VERTEX ? "Vertex AI" : "Amazon Bedrock"));
  }

  /// Whether it has a tool of that type. Vertex AI has the search of the web in its first form:
  /// later ones run code.
  private boolean runs(String tool) {
    return TOOLS.stream().anyMatch(tool::startsWith)
        || (this == VERTEX && tool.equals("web_search_20250305"));
  }

  /// What the beta is called here.
  String called(String beta) {
    return this == ANTHROPIC ? beta : CALLED.getOrDefault(beta, beta);
  }

  boolean takes(String beta) {
    return this == ANTHROPIC || betas.contains(beta);
  }
}
