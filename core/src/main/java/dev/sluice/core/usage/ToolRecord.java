package dev.sluice.core.usage;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One message of a client to a server of tools, most often the call of a tool, or the call of one
/// of the gateway's own: whose it was, what became of it, and what it cost.
///
/// @param session a digest of the client's session, which others could use; null without one
/// @param toolUseId the model's own name for the call; null where the client did not tell
/// @param server null where the gateway answered by itself
/// @param method what was asked, [#CALL] for the call of a tool
/// @param name of the tool or the prompt, or the URI of the resource; null for what has neither
/// @param digest of the tool's definition; null where it has none
/// @param resultBytes of what the server said; `cutBytes` of it the client did not get
/// @param reason why it was refused, or has failed; null where it came to a result
/// @param cost what its end added to what is posted, as in a [UsageRecord]
/// @param input its arguments, redacted and cut; null where the policy does not have them recorded
/// @param output its result, likewise
public record ToolRecord(
    Instant time,
    String requestId,
    String key,
    @Nullable String owner,
    @Nullable String team,
    @Nullable String session,
    @Nullable String toolUseId,
    @Nullable String server,
    String method,
    @Nullable String name,
    @Nullable String digest,
    long inputBytes,
    long resultBytes,
    long cutBytes,
    long durationMs,
    Outcome outcome,
    @Nullable String reason,
    NanoUsd cost,
    String policyVersion,
    @Nullable String input,
    @Nullable String output) {

  /// The method that calls a tool.
  public static final String CALL = "tools/call";

  public boolean ofTool() {
    return method.equals(CALL);
  }

  public Kind kind() {
    return !ofTool() ? Kind.MESSAGE : server == null ? Kind.META_TOOL : Kind.TOOL;
  }

  /// What it is a record of.
  public enum Kind {
    /// The call of a server's tool.
    TOOL("tool"),
    /// Another message to a server.
    MESSAGE("message"),
    /// The call of a tool of the gateway's own.
    META_TOOL("metaTool");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// How the call ended.
  public enum Outcome {
    /// With a result.
    COMPLETED,
    /// With a result that says that the tool failed.
    TOOL_ERROR,
    /// With a question to the client, who sends the call again.
    INPUT_REQUIRED,
    /// The gateway did not send it.
    REFUSED,
    /// There is no result: the server could not be reached, broke off, or answered with an error.
    FAILED,
    /// The client withdrew it.
    CANCELLED,
    /// Nobody told its end: all that it held is posted.
    UNCONFIRMED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
