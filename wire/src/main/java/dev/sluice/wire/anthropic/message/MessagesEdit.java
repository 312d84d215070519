package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.JsonCursor;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.Span;
import dev.sluice.wire.anthropic.message.Members.Fate;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.ForeignSearches;
import dev.sluice.wire.translate.Seal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts a body of the Messages API in the frame of another place that serves Claude, without
/// reading it as a whole: what stays has its bytes and its order, so that equal prefixes of a
/// conversation stay equal in every turn.
///
/// Everywhere, Anthropic itself included, it takes out the thoughts of other origins, which Claude
/// would refuse, and a message of which nothing else is left; searches of others become text. Where
/// Claude thinks by a budget, a turn of its with calls must begin with a thought of its own until
/// it is over: where it does not, since another model began it, the request goes without thinking.
/// Where a cloud does not take instructions between turns, the user says them.
///
/// A loop of calls and results is one turn, and its first message is what counts: Claude itself
/// often calls on without a thought, and refuses its own thoughts where the request does not think.
public final class MessagesEdit {

  /// A body for its frame.
  ///
  /// @param body owned by the reader
  /// @param betas for the header `anthropic-beta`, in the client's order; empty where they go in
  ///   the body
  /// @param untold names of what was left out or changed, sorted: betas, members,
  ///   `messages.thinking`, `messages.search` and `messages.role`
  @SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
  public record Edited(byte[] body, List<String> betas, List<String> untold) {
    public Edited {
      betas = List.copyOf(betas);
      untold = untold.stream().distinct().sorted().toList();
    }
  }

  /// What a request that does not think cannot have.
  private static final Set<String> OF_THINKING = Set.of("thinking", "context_management");

  @SuppressWarnings("ArrayRecordComponent") // It is the body as it came.
  private record Source(byte[] bytes, int offset, int length) {

    @Nullable String toldSearch(Span block) {
      return ForeignSearches.told(bytes, offset + block.start(), block.length());
    }

    boolean mayHaveSeal(int start, int end) {
      return Seal.mayBeIn(bytes, offset + start, end - start);
    }
  }

  private enum Speaker {
    USER,
    MODEL,
    OTHER
  }

  /// What the blocks of a message tell.
  private static final class Turn {
    private boolean says;
    private boolean thinksFirst;
    private boolean results;
  }

  /// How the turn of the model that goes on began.
  private enum Loop {
    NONE,
    THOUGHT,
    UNTHOUGHT
  }

  private final JsonCursor json;
  private final Source source;
  private final CloudFrame frame;
  private final Set<String> betas = new LinkedHashSet<>();
  private final List<Span> cuts = new ArrayList<>();
  private final List<Span> roles = new ArrayList<>();
  private final Map<Span, String> told = new LinkedHashMap<>();
  private final Untold untold = new Untold();
  private final Set<String> without;
  private int toolChanges;
  private boolean thinksByBudget;
  private Loop loop = Loop.NONE;
  private boolean endsWithResults;

  /// @param without members that are left out beside those that the frame does not take
  private MessagesEdit(Source source, CloudFrame frame, Set<String> without) {
    this.source = source;
    json = new JsonCursor(source.bytes(), source.offset(), source.length());
    this.frame = frame;
    this.without = without;
  }

  /// Edits a body that the scanner has taken.
  ///
  /// @param betas the values of the client's headers `anthropic-beta`
  /// @throws MalformedBodyException if the body is not JSON
  public static Edited edit(
      CloudFrame frame, List<String> betas, byte[] bytes, int offset, int length) {
    var source = new Source(bytes, offset, length);
    var edit = new MessagesEdit(source, frame, Set.of());
    var edited = edit.edited(betas);
    return edit.thinksByBudget && edit.endsWithResults && edit.loop == Loop.UNTHOUGHT
        ? new MessagesEdit(source, frame, OF_THINKING).edited(betas)
        : edited;
  }

  private Edited edited(List<String> betas) {
    betas.forEach(this::takeBetas);
    json.peek();
    int start = json.position();
    int kept = body();
    if (toolChanges == 0 && frame != CloudFrame.ANTHROPIC) {
      // Clients ask for it always, and not every model of a cloud takes it: only where it matters.
      this.betas.remove(CloudFrame.TOOL_CHANGES);
    }
    var body = new BodyEdit();
    if (!frame.version().isEmpty()) {
      body.insert(start + 1, head() + (kept > 0 ? "," : ""));
    }
    cuts.forEach(body::remove);
    roles.forEach(role -> body.text(role, "user"));
    told.forEach(body::json);
    return new Edited(
        body.apply(source.bytes(), source.offset(), source.length()),
        frame.betasInBody() ? List.of() : List.copyOf(this.betas),
        untold.names());
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
    var members = new Members(json, cuts);
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
      } else if (key.equals("thinking") && json.peek() == '{') {
        thinking();
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

  private void thinking() {
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      boolean type = json.textIs("type");
      boolean isText = json.skipText(2);
      thinksByBudget |= type && isText && json.textIs("enabled");
    }
  }

  private boolean leavesOut(String member) {
    if (without.contains(member)) {
      untold.add(member);
      return true;
    }
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
    var members = new Members(json, cuts);
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
    var turn = new Turn();
    var speaker = Speaker.OTHER;
    boolean configures = false;
    var members = new Members(json, cuts);
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      members.begin();
      json.key();
      var member = Fate.KEPT;
      if (json.textIs("output_config") && lacks(CloudFrame.CONFIG_IN_MESSAGE)) {
        untold.add("messages.output_config");
        member = Fate.LEFT_OUT;
        configures = true;
      }
      if (json.textIs("content") && json.peek() == '[') {
        fate = content(turn);
      } else if (json.textIs("content")) {
        turn.says = !json.skipText(3) || !json.textIs("");
      } else if (json.textIs("role")) {
        speaker = role();
      } else {
        json.skip(3);
      }
      members.end(member);
    }
    members.done();
    // Claude Code tells an effort alone so: nothing is left that anybody could say.
    if (configures && !turn.says) {
      fate = Fate.LEFT_OUT;
    }
    if (fate == Fate.KEPT) {
      follow(speaker, turn);
    }
    return fate;
  }

  /// Results with text beside them go on with the turn.
  private void follow(Speaker speaker, Turn turn) {
    switch (speaker) {
      case MODEL -> {
        endsWithResults = false;
        if (loop == Loop.NONE) {
          loop = turn.thinksFirst ? Loop.THOUGHT : Loop.UNTHOUGHT;
        }
      }
      case USER -> {
        endsWithResults = turn.results;
        if (!turn.results) {
          loop = Loop.NONE;
        }
      }
      case OTHER -> {}
    }
  }

  private Speaker role() {
    json.peek();
    int start = json.position();
    boolean isText = json.skipText(3);
    if (isText && json.textIs("system") && lacks(CloudFrame.SYSTEM_IN_TURNS)) {
      roles.add(new Span(start, json.position() - start));
    }
    if (!isText) {
      return Speaker.OTHER;
    }
    return json.textIs("assistant")
        ? Speaker.MODEL
        : json.textIs("user") ? Speaker.USER : Speaker.OTHER;
  }

  /// @return left out where all blocks are
  private Fate content(Turn turn) {
    boolean some = false;
    var members = new Members(json, cuts);
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      members.begin();
      var fate = json.peek() == '{' ? block(turn) : other(4);
      some |= fate == Fate.LEFT_OUT;
      members.end(fate);
    }
    int kept = members.done();
    return some && kept == 0 ? Fate.LEFT_OUT : Fate.KEPT;
  }

  private Fate block(Turn turn) {
    boolean thinks = false;
    boolean foreign = false;
    boolean searches = false;
    int start = json.position();
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      boolean ofSearch = isOfSearch();
      int from = json.position();
      boolean type = json.textIs("type");
      boolean sealed = json.textIs("signature") || json.textIs("data");
      boolean isText = json.skipText(5);
      thinks |= type && isText && (json.textIs("thinking") || json.textIs("redacted_thinking"));
      toolChanges += type && isText && isToolChange() ? 1 : 0;
      turn.results |= type && isText && json.textIs("tool_result");
      foreign |= sealed && isText && isForeign();
      searches |= ofSearch && source.mayHaveSeal(from, json.position());
    }
    if (searches) {
      tellSearch(new Span(start, json.position() - start));
    }
    if (!thinks || !foreign) {
      turn.thinksFirst |= thinks && !turn.says;
      turn.says = true;
      return Fate.KEPT;
    }
    untold.add("messages.thinking");
    return Fate.LEFT_OUT;
  }

  private boolean isOfSearch() {
    return json.textIs("id") || json.textIs("tool_use_id") || json.textIs("citations");
  }

  private void tellSearch(Span block) {
    var text = source.toldSearch(block);
    if (text != null) {
      told.put(block, text);
      untold.add("messages.search");
    }
  }

  private boolean isToolChange() {
    return json.textIs("tool_addition") || json.textIs("tool_removal");
  }

  /// Looks at the mark first: what is in base64 can be long.
  private boolean isForeign() {
    return json.textStartsWith(Seal.MARK) && !Seal.open(json.text()).isOf(Seal.ANTHROPIC);
  }
}
