package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.usage.ToolNote;
import dev.sluice.mcp.govern.bound.JsonSize;
import dev.sluice.mcp.govern.hold.Wanted;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call of a tool as it came in.
///
/// @param definition empty where the caller has no such tool
/// @param note whose it is, and of what
/// @param startedNanos of the clock that measures how long it takes
record Asked(
    KeyPolicy key,
    ToolServer server,
    Optional<ToolDefinition> definition,
    Call call,
    ToolNote note,
    Instant startedAt,
    long startedNanos) {

  private static final String TOOL_USE_ID = "claudecode/toolUseId";
  private static final int NAME_CHARS_MAX = 128;
  private static final int SESSION_DIGITS = 16;

  static Asked of(
      Caller caller,
      ToolServer server,
      String tool,
      Optional<ToolDefinition> definition,
      Call call,
      Instant startedAt) {
    var key = caller.key();
    var id = Meta.of(call.params()).path(TOOL_USE_ID).stringValue("");
    var note =
        new ToolNote(
            caller.admitted().policyVersion(),
            caller.admitted().requestId(),
            key.name().label(),
            key.owner(),
            label(key.team()),
            caller.session().map(Asked::session).orElse(null),
            told(tool),
            server.name().label(),
            definition.map(ToolDefinition::digest).orElse(null),
            id.isEmpty() ? null : told(id),
            JsonSize.of(call.params().path("arguments")).bytes());
    return new Asked(key, server, definition, call, note, startedAt, System.nanoTime());
  }

  Wanted wanted() {
    var detail = "tool " + server.name() + " " + note.tool();
    return new Wanted(key, server.callPrice(), note.text(), detail, call.cancellation());
  }

  private static @Nullable String label(@Nullable ObjectName name) {
    return name == null ? null : name.label();
  }

  /// A caller's word, so long that a record has room for it, and in characters that can be written.
  private static String told(String text) {
    var some = text.length() <= NAME_CHARS_MAX ? text : text.substring(0, NAME_CHARS_MAX);
    return writable(some).replace('\0', ' ');
  }

  /// Without half of a pair of characters, which no file can hold.
  static String writable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /// Who has the session itself could use it.
  private static String session(String session) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(session.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, SESSION_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
