package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.JsonCursor;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.Span;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.Seal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Puts a body of the Messages API in the frame of another place that serves Claude, without
/// reading it as a whole: what stays has its bytes and its order, so that equal prefixes of a
/// conversation stay equal in every turn.
///
/// Everywhere, Anthropic itself included, it takes out the thoughts of other origins, which Claude
/// would refuse, and a message of which nothing else is left. Where a cloud does not take
/// instructions between turns, the user says them.
public final class MessagesEdit {

  /// A body for its frame.
  ///
  /// @param body owned by the reader
  /// @param betas for the header `anthropic-beta`, in the client's order; empty where they go in
  ///   the body
  /// @param untold names of what was left out or changed, sorted: betas, members,
  ///   `messages.thinking` and `messages.role`
  @SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
  public record Edited(byte[] body, List<String> betas, List<String> untold) {
    public Edited {
      betas = List.copyOf(betas);
      untold = untold.stream().distinct().sorted().toList();
    }
  }

  private final JsonCursor json;
  private final CloudFrame frame;
  private final Set<String> betas = new LinkedHashSet<>();
  private final List<Span> cuts = new ArrayList<>();
  private final List<Span> roles = new ArrayList<>();
  private final Untold untold = new Untold();
  private int toolChanges;

  private MessagesEdit(JsonCursor json, CloudFrame frame) {
    this.json = json;
    this.frame = frame;
  }

  /// Edits a body that the scanner has taken.
  ///
  /// @param betas the values of the client's headers `anthropic-beta`
  /// @throws MalformedBodyException if the body is not JSON
  public static Edited edit(
      CloudFrame frame, List<String> betas, byte[] bytes, int offset, int length) {
    var edit = new MessagesEdit(new JsonCursor(bytes, offset, length), frame);
    betas.forEach(edit::takeBetas);
    edit.json.peek();
    int start = edit.json.position();
    int kept = edit.body();
    if (edit.toolChanges == 0 && frame != CloudFrame.ANTHROPIC) {
      // Clients ask for it always, and not every model of a cloud takes it: only where it matters.
      edit.betas.remove(CloudFrame.TOOL_CHANGES);
    }
    var body = new BodyEdit();
    if (!frame.version().isEmpty()) {
      body.insert(start + 1, edit.head() + (kept > 0 ? "," : ""));
    }
    edit.cuts.forEach(body::remove);
    edit.roles.forEach(role -> body.text(role, "user"));
    return new Edited(
        body.apply(bytes, offset, length),
        frame.betasInBody() ? List.of() : List.copyOf(edit.betas),
        edit.untold.names());
  }

  private void takeBetas(String header) {
    for (var part : header.split(",", -1)) {
      var beta = part.strip();
      var called = frame.called(beta);
      if (!beta.isEmpty() && frame.takes(called)) {
        betas.add(called);
      } else if (!beta.isEmpty()) {
        untold.add(beta);
      }
    }
  }

  /// The members that the frame has of its own.
  private String head() {
    var head = MessageJson.JSON.createObjectNode().put("anthropic_version", frame.version());
    if (frame.betasInBody() && !betas.isEmpty()) {
      betas.forEach(head.putArray("anthropic_beta")::add);
    }
    var written = MessageJson.JSON.writeValueAsString(head);
    return written.substring(1, written.length() - 1);
  }

  /// @return how many members are kept
  private int body() {
    var members = new Members();
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      members.begin();
      json.key();
      var key = json.text();
      // The path says it: the clouds know `stream` in the body of a stream only, or not at all.
      boolean whole = key.equals("stream") && json.peek() == 'f' && frame != CloudFrame.ANTHROPIC;
      if (key.equals("messages") && json.peek() == '[') {
        messages();
      } else if (frame.leavesOutEmpty(key) && json.peek() == '[') {
        whole |= isEmpty();
      } else {
        json.skip(1);
      }
      members.end(whole || leavesOut(key) ? Fate.LEFT_OUT : Fate.KEPT);
    }
    json.expectEnd();
    return members.done();
  }

  private boolean isEmpty() {
    boolean empty = true;
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      json.skip(2);
      empty = false;
    }
    return empty;
  }

  private boolean leavesOut(String member) {
    boolean managesWithoutBeta =
        member.equals("context_management") && lacks(CloudFrame.CONTEXT_MANAGEMENT);
    if (!frame.leavesOut(member) && !managesWithoutBeta) {
      return false;
    }
    if (!member.equals("model") && !member.equals("stream")) {
      untold.add(member);
    }
    return true;
  }

  private boolean lacks(Set<String> oneOf) {
    return frame != CloudFrame.ANTHROPIC && Collections.disjoint(betas, oneOf);
  }

  private void messages() {
    var members = new Members();
    boolean first = true;
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      members.begin();
      int before = cuts.size();
      int rolesBefore = roles.size();
      int changesBefore = toolChanges;
      var fate = json.peek() == '{' ? message() : other(2);
      if (fate == Fate.LEFT_OUT) {
        cuts.subList(before, cuts.size()).clear();
      }
      // Changes of tools have a beta of their own, and no user may say them.
      boolean changes = toolChanges > changesBefore && betas.contains(CloudFrame.TOOL_CHANGES);
      if (fate == Fate.LEFT_OUT || first || changes) {
        roles.subList(rolesBefore, roles.size()).clear();
      } else if (roles.size() > rolesBefore) {
        untold.add("messages.role");
      }
      first = false;
      members.end(fate);
    }
    members.done();
  }

  private Fate other(int depth) {
    json.skip(depth);
    return Fate.KEPT;
  }

  private Fate message() {
    var fate = Fate.KEPT;
    var members = new Members();
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      members.begin();
      json.key();
      var member = Fate.KEPT;
      if (json.textIs("output_config") && lacks(CloudFrame.CONFIG_IN_MESSAGE)) {
        untold.add("messages.output_config");
        member = Fate.LEFT_OUT;
      }
      if (json.textIs("content") && json.peek() == '[') {
        fate = content();
      } else if (json.textIs("role")) {
        role();
      } else {
        json.skip(3);
      }
      members.end(member);
    }
    members.done();
    return fate;
  }

  private void role() {
    json.peek();
    int start = json.position();
    if (json.skipText(3) && json.textIs("system") && lacks(CloudFrame.SYSTEM_IN_TURNS)) {
      roles.add(new Span(start, json.position() - start));
    }
  }

  /// @return left out where all blocks are
  private Fate content() {
    boolean some = false;
    var members = new Members();
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      members.begin();
      var fate = json.peek() == '{' ? block() : other(4);
      some |= fate == Fate.LEFT_OUT;
      members.end(fate);
    }
    int kept = members.done();
    return some && kept == 0 ? Fate.LEFT_OUT : Fate.KEPT;
  }

  private Fate block() {
    boolean thinks = false;
    boolean foreign = false;
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      boolean type = json.textIs("type");
      boolean sealed = json.textIs("signature") || json.textIs("data");
      boolean isText = json.skipText(5);
      thinks |= type && isText && (json.textIs("thinking") || json.textIs("redacted_thinking"));
      toolChanges += type && isText && isToolChange() ? 1 : 0;
      foreign |= sealed && isText && isForeign();
    }
    if (!thinks || !foreign) {
      return Fate.KEPT;
    }
    untold.add("messages.thinking");
    return Fate.LEFT_OUT;
  }

  private boolean isToolChange() {
    return json.textIs("tool_addition") || json.textIs("tool_removal");
  }

  /// Looks at the mark first: what is in base64 can be long.
  private boolean isForeign() {
    return json.textStartsWith(Seal.MARK) && !Seal.open(json.text()).isOf(Seal.ANTHROPIC);
  }

  private enum Fate {
    KEPT,
    LEFT_OUT
  }

  /// The elements of an object or array as they pass: each that is left out is cut with one comma.
  private final class Members {

    private int start;
    private int endBefore;
    private int cutFrom = -1;
    private int kept;

    void begin() {
      json.peek();
      start = json.position();
      if (cutFrom >= 0) {
        cuts.add(new Span(cutFrom, start - cutFrom));
        cutFrom = -1;
      }
    }

    void end(Fate fate) {
      int end = json.position();
      if (fate == Fate.KEPT) {
        kept++;
      } else if (kept > 0) {
        cuts.add(new Span(endBefore, end - endBefore));
      } else {
        cutFrom = start;
      }
      endBefore = end;
    }

    /// @return how many are kept
    int done() {
      if (cutFrom >= 0) {
        cuts.add(new Span(cutFrom, endBefore - cutFrom));
      }
      return kept;
    }
  }
}
