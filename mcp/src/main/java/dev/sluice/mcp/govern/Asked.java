package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.usage.ToolNote;
import dev.sluice.core.usage.ToolRecord;
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

/// A message to a server as it came in: the call of a tool, or another one.
///
/// @param definition empty where the caller has no such tool, and of what calls none
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
  private static final int URI_CHARS_MAX = 512;
  private static final int SESSION_DIGITS = 16;

  /// @param name of what is asked for, as a record may have it
  static Asked of(
      Caller caller,
      ToolServer server,
      @Nullable String name,
      Optional<ToolDefinition> definition,
      Call call,
      Instant startedAt) {
    var digest = definition.map(ToolDefinition::digest).orElse(null);
    var note = note(caller, server.name().label(), name, digest, call);
    return new Asked(caller.key(), server, definition, call, note, startedAt, System.nanoTime());
  }

  /// @param server null where the gateway answers by itself
  static ToolNote note(
      Caller caller,
      @Nullable String server,
      @Nullable String name,
      @Nullable String digest,
      Call call) {
    var key = caller.key();
    var id = Meta.of(call.params()).path(TOOL_USE_ID).stringValue("");
    return new ToolNote(
        caller.admitted().policyVersion(),
        caller.admitted().requestId(),
        key.name().label(),
        key.owner(),
        label(key.team()),
        caller.session().map(Asked::session).orElse(null),
        told(call.method(), NAME_CHARS_MAX),
        name == null ? null : told(name, ofTool(call) ? NAME_CHARS_MAX : URI_CHARS_MAX),
        server,
        digest,
        id.isEmpty() ? null : told(id, NAME_CHARS_MAX),
        JsonSize.of(ofTool(call) ? call.params().path("arguments") : call.params()).bytes());
  }

  private static boolean ofTool(Call call) {
    return call.method().equals(ToolRecord.CALL);
  }

  boolean ofTool() {
    return ofTool(call);
  }

  /// Only calls of tools have a price.
  Wanted wanted() {
    var price = ofTool() ? server.callPrice() : NanoUsd.ZERO;
    var detail =
        ofTool()
            ? "tool " + server.name() + " " + note.name()
            : "message " + server.name() + " " + note.method();
    return new Wanted(key, price, note.text(), detail, call.cancellation());
  }

  private static @Nullable String label(@Nullable ObjectName name) {
    return name == null ? null : name.label();
  }

  /// A caller's word, so long that a record has room for it, and in characters that can be written.
  private static String told(String text, int charsMax) {
    var some = text.length() <= charsMax ? text : text.substring(0, charsMax);
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
