package dev.sluice.core.mcp;

import dev.sluice.core.policy.ObjectName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a gateway says of its connection to a server of tools.
///
/// @param protocol the version that was agreed on; null where the server was never reached
/// @param tools in the order of their names
/// @param lastError what is wrong; null where nothing is. It names no secret
/// @param toolsFail whether that keeps its tools away, and not only its prompts or resources
public record ServerReport(
    ObjectName server,
    boolean connected,
    Instant since,
    @Nullable String protocol,
    List<Tool> tools,
    @Nullable String lastError,
    boolean toolsFail) {

  public ServerReport {
    tools = List.copyOf(tools);
  }

  /// Whether the server is there and none of its tools is, while something is wrong with them.
  public boolean toolless() {
    return connected
        && toolsFail
        && tools.stream().noneMatch(tool -> tool.verdict() == Verdict.SERVED);
  }

  /// One of the tools that the server says it has.
  ///
  /// @param digest empty where the definition has none
  /// @param suspicions sentences about what is odd in it
  public record Tool(String name, String digest, Verdict verdict, List<String> suspicions) {
    public Tool {
      suspicions = List.copyOf(suspicions);
    }
  }

  /// What becomes of a definition.
  public enum Verdict {
    SERVED,
    CHANGED,
    NEW,
    NOT_APPROVED,
    DUPLICATE,
    NO_DIGEST,
    DENIED
  }
}
