package dev.sluice.core.usage;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the ledger keeps with the hold of a message to a server of tools, so that whoever finds the
/// hold expired can write its record.
///
/// It is one field a line, in the places where the note of an exchange has the like: a gateway that
/// knows no tools reads the tool as a model and its server as a provider.
///
/// @param server null for a call of the gateway's own tools
public record ToolNote(
    String policyVersion,
    String requestId,
    String key,
    @Nullable String owner,
    @Nullable String team,
    @Nullable String session,
    String method,
    @Nullable String name,
    @Nullable String server,
    @Nullable String digest,
    @Nullable String toolUseId,
    long inputBytes) {

  /// The first line begins with it; no version of a price table does.
  private static final String MARK = "tool:";

  private static final int LINES = 16;

  public String text() {
    var lines = new ArrayList<String>(LINES);
    add(lines, MARK + policyVersion);
    add(lines, requestId);
    add(lines, key);
    add(lines, owner);
    add(lines, team);
    add(lines, session);
    lines.addAll(List.of("", "", ""));
    add(lines, name);
    add(lines, name);
    add(lines, server);
    add(lines, digest);
    // Older notes are of calls, and say so by nothing.
    add(lines, method.equals(ToolRecord.CALL) ? null : method);
    add(lines, toolUseId);
    lines.add(Long.toString(inputBytes));
    return String.join("\n", lines);
  }

  private static void add(List<String> lines, @Nullable String field) {
    lines.add(field == null ? "" : field.replace('\n', ' ').replace('\0', ' '));
  }

  /// Empty where the hold is of something else.
  public static Optional<ToolNote> parse(String text) {
    var lines = List.of(text.split("\n", -1));
    if (!text.startsWith(MARK) || lines.size() < LINES) {
      return Optional.empty();
    }
    var bytes = lines.get(15).matches("\\d{1,18}") ? Long.parseLong(lines.get(15)) : 0;
    return Optional.of(
        new ToolNote(
            lines.get(0).substring(MARK.length()),
            lines.get(1),
            lines.get(2),
            told(lines.get(3)),
            told(lines.get(4)),
            told(lines.get(5)),
            method(lines.get(13)),
            told(lines.get(9)),
            told(lines.get(11)),
            told(lines.get(12)),
            told(lines.get(14)),
            bytes));
  }

  private static String method(String line) {
    return line.isEmpty() ? ToolRecord.CALL : line;
  }

  private static @Nullable String told(String line) {
    return line.isEmpty() ? null : line;
  }

  /// The record of a message whose end nobody told.
  public ToolRecord unconfirmed(Instant time, NanoUsd posted) {
    return new ToolRecord(
        time,
        requestId,
        key,
        owner,
        team,
        session,
        toolUseId,
        server,
        method,
        name,
        digest,
        inputBytes,
        0,
        0,
        0,
        ToolRecord.Outcome.UNCONFIRMED,
        null,
        posted,
        policyVersion,
        null,
        null);
  }
}
