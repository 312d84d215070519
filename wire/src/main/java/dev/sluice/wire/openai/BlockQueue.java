package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells the blocks of an answer one after the other, though their parts come side by side.
///
/// The first block that has not ended is told as it comes; what belongs to later ones is held until
/// then. Text and thinking end where something else begins, a call where [#end] or [#endAll] says
/// so: parts of parallel calls can come in any order.
public final class BlockQueue {

  /// Of all that is held back.
  public static final int HELD_CHARS_MAX = 16 << 20;

  private enum Kind {
    TEXT,
    THINKING,
    SEALED,
    CALL,
    SEARCH,
    FOUND
  }

  /// A block that is not told to its end. A call's id and name can change until its first input.
  public static final class Entry {

    private final Kind kind;
    private final StringBuilder held = new StringBuilder();
    private String id = "";
    private String name = "";
    private String signature = "";
    private List<Page> pages = List.of();
    private @Nullable String failure;
    private final List<Citation> citations = new ArrayList<>(0);
    private boolean cited;
    private long weight;
    private boolean opened;
    private boolean grown;
    private boolean over;

    private Entry(Kind kind) {
      this.kind = kind;
    }

    public String id() {
      return id;
    }

    public String name() {
      return name;
    }

    public void identify(String told) {
      id = told;
    }

    public void rename(String told) {
      name = told;
    }

    /// Whether any of its content has come.
    public boolean grown() {
      return grown;
    }
  }

  private final Expected expected;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Set<String> toldIds = new HashSet<>();
  private final List<AnswerEvent> events = new ArrayList<>();
  private String answer = "";
  private long heldChars;
  private int calls;

  public BlockQueue(Expected expected) {
    this.expected = expected;
  }

  /// What names the answer: calls without an id get one that is made of it.
  public void name(String told) {
    answer = told;
  }

  public void text(String text) {
    grow(Kind.TEXT, text);
  }

  public void thinking(String text) {
    grow(Kind.THINKING, text);
  }

  /// Seals the thinking that came last; its block ends.
  public void sign(String signature) {
    var last = entries.peekLast();
    var thinking =
        last != null && last.kind == Kind.THINKING ? last : add(new Entry(Kind.THINKING));
    thinking.signature = signature;
    thinking.over = true;
    advance();
  }

  /// Thinking of which nothing is shown.
  public void sealed(String data) {
    var entry = add(new Entry(Kind.SEALED));
    entry.signature = data;
    end(entry);
  }

  /// A search of the web that has ended, and what it came to.
  ///
  /// @param input a JSON object
  /// @param failure null where it worked
  public void search(String id, String input, List<Page> pages, @Nullable String failure) {
    var search = add(new Entry(Kind.SEARCH));
    search.id = id;
    grow(search, input);
    end(search);
    var found = add(new Entry(Kind.FOUND));
    found.id = id;
    found.pages = List.copyOf(pages);
    pages.forEach(page -> weigh(found, page.url().length() + page.title().length()));
    found.failure = failure;
    end(found);
  }

  private void weigh(Entry entry, long chars) {
    entry.weight += chars;
    heldChars += chars;
  }

  /// What the text so far rests on: text after it is another block. Nothing where there is no text.
  public void cite(Citation.Web citation) {
    var last = entries.peekLast();
    if (last != null && last.kind == Kind.TEXT && !last.over) {
      last.cited = true;
      last.citations.add(citation);
      weigh(last, citation.url().length() + citation.title().length());
      advance();
    }
  }

  public Entry call(String id, String name) {
    var call = add(new Entry(Kind.CALL));
    call.id = id;
    call.name = name;
    return call;
  }

  public void grow(Entry entry, String text) {
    if (!text.isEmpty() && !entry.over) {
      entry.grown = true;
      entry.held.append(text);
      heldChars += text.length();
      advance();
    }
  }

  /// No more will come of it.
  public void end(Entry entry) {
    entry.over = true;
    advance();
  }

  /// No more will come of any.
  public void endAll() {
    entries.forEach(entry -> entry.over = true);
    advance();
  }

  /// Whether a call was told, or is being held.
  public boolean anyCall() {
    return calls > 0 || entries.stream().anyMatch(entry -> entry.kind == Kind.CALL);
  }

  /// Whether more is held back than [#HELD_CHARS_MAX].
  public boolean overfull() {
    return heldChars > HELD_CHARS_MAX;
  }

  /// Of what is held back.
  public long heldChars() {
    return heldChars;
  }

  /// What is to be told now.
  public List<AnswerEvent> drain() {
    var drained = List.copyOf(events);
    events.clear();
    return drained;
  }

  private void grow(Kind kind, String text) {
    if (!text.isEmpty()) {
      var last = entries.peekLast();
      boolean more = last != null && last.kind == kind && !last.over && !last.cited;
      grow(more ? last : add(new Entry(kind)), text);
    }
  }

  private Entry add(Entry entry) {
    var last = entries.peekLast();
    if (last != null && last.kind != Kind.CALL) {
      last.over = true;
    }
    entries.add(entry);
    advance();
    return entry;
  }

  private void advance() {
    for (var first = entries.peek(); first != null; first = entries.peek()) {
      tell(first);
      if (!first.over) {
        return;
      }
      close(first);
      entries.remove();
    }
  }

  private void tell(Entry entry) {
    if (!entry.opened && (entry.grown || entry.over)) {
      entry.opened = true;
      events.add(opening(entry));
    }
    if (!entry.held.isEmpty()) {
      var text = entry.held.toString();
      heldChars -= text.length();
      entry.held.setLength(0);
      events.add(
          switch (entry.kind) {
            case TEXT -> new TextGrown(text);
            case THINKING, SEALED -> new ThinkingGrown(text);
            case CALL, SEARCH, FOUND -> new InputGrown(text);
          });
    }
    entry.citations.forEach(citation -> events.add(new Cited(citation)));
    entry.citations.clear();
    heldChars -= entry.weight;
    entry.weight = 0;
  }

  private AnswerEvent opening(Entry entry) {
    return switch (entry.kind) {
      case TEXT -> new TextOpened();
      case THINKING -> new ThinkingOpened();
      case SEALED -> new SealedThinkingOpened(entry.signature);
      case CALL -> new ToolUseOpened(unique(entry.id), expected.toolName(entry.name));
      case SEARCH -> new SearchOpened(entry.id);
      case FOUND -> new FoundOpened(entry.id, entry.pages, entry.failure);
    };
  }

  /// Some providers give parallel calls the same id, or none.
  private String unique(String id) {
    int place = calls++;
    var unique = id.isEmpty() ? CallIds.made(answer, place) : id;
    if (!toldIds.add(unique)) {
      unique = unique + "_" + place;
      toldIds.add(unique);
    }
    return unique;
  }

  private void close(Entry entry) {
    if (entry.kind == Kind.CALL && !entry.grown) {
      events.add(new InputGrown("{}"));
    }
    if (entry.kind == Kind.THINKING && !entry.signature.isEmpty()) {
      events.add(new Signed(entry.signature));
    }
    events.add(new Closed());
  }
}
