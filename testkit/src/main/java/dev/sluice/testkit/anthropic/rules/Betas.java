package dev.sluice.testkit.anthropic.rules;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The `anthropic-beta` header: which betas the API knows, and which of them a request turns on.
public record Betas(Set<String> on) {

  static final String CACHE_SCOPE = "prompt-caching-scope-2026-01-05";
  static final String CONTEXT_MANAGEMENT = "context-management-2025-06-27";
  static final String DANGEROUS_TOOL_USE = "dangerous-tool-use-2026-09-03";
  static final String EFFORT = "effort-2025-11-24";
  static final String FALLBACK = "server-side-fallback-2026-06-01";
  static final String FALLBACK_DEFAULT = "server-side-fallback-2026-07-01";
  static final String MCP = "mcp-client-2025-11-20";
  static final String MID_CONVERSATION_SYSTEM = "mid-conversation-system-2026-04-07";
  static final String PER_TURN_CONTROL = "per-turn-control-2026-07-01";
  static final String THINKING_UPDATES = "thinking-display-updates-2026-08-18";
  static final String TOOL_CHANGES = "mid-conversation-tool-changes-2026-07-01";
  static final String TOOL_SEARCH = "tool-search-tool-2025-10-19";
  static final String ADVANCED_TOOLS = "advanced-tool-use-2025-11-20";
  static final String REDACT_THINKING = "redact-thinking-2026-02-12";
  static final String THINKING_TOKEN_COUNT = "thinking-token-count-2026-05-13";

  private static final Set<String> KNOWN =
      Set.of(
          CACHE_SCOPE,
          CONTEXT_MANAGEMENT,
          DANGEROUS_TOOL_USE,
          EFFORT,
          FALLBACK,
          FALLBACK_DEFAULT,
          MCP,
          MID_CONVERSATION_SYSTEM,
          PER_TURN_CONTROL,
          THINKING_UPDATES,
          TOOL_CHANGES,
          TOOL_SEARCH,
          ADVANCED_TOOLS,
          REDACT_THINKING,
          THINKING_TOKEN_COUNT,
          "afk-mode-2026-01-31",
          "claude-code-20250219",
          "code-execution-2025-08-25",
          "context-1m-2025-08-07",
          "extended-cache-ttl-2025-04-11",
          "files-api-2025-04-14",
          "fine-grained-tool-streaming-2025-05-14",
          "interleaved-thinking-2025-05-14",
          "mcp-client-2025-04-04",
          "oauth-2025-04-20",
          "output-128k-2025-02-19",
          "prompt-caching-2024-07-31",
          "skills-2025-10-02",
          "structured-outputs-2025-12-15",
          "token-counting-2024-11-01",
          "token-efficient-tools-2025-02-19",
          "web-fetch-2025-09-10",
          "web-search-2025-03-05");

  public Betas {
    on = Set.copyOf(on);
  }

  /// Reads all `anthropic-beta` headers of a request; an unknown beta is refused.
  public static Betas of(List<String> headers) {
    var names =
        headers.stream()
            .flatMap(header -> Arrays.stream(header.split(",", -1)))
            .map(String::strip)
            .collect(Collectors.toSet());
    for (var name : names) {
      if (!KNOWN.contains(name)) {
        throw RefusedException.invalid(
            "Unexpected value(s) `%s` for the `anthropic-beta` header. Please consult our"
                    .formatted(name)
                + " documentation at docs.claude.com or try again without the header.");
      }
    }
    return new Betas(names);
  }

  public boolean has(String... anyOf) {
    return Arrays.stream(anyOf).anyMatch(on::contains);
  }

  /// True where the client asked not to see thinking at all, by its beta.
  public boolean redactThinking() {
    return on.contains(REDACT_THINKING);
  }

  /// True where the client asked to be told, from time to time, how much was thought unseen.
  public boolean countThinking() {
    return on.contains(THINKING_TOKEN_COUNT);
  }
}
