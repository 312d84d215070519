package dev.sluice.wire.anthropic;

import static dev.sluice.wire.anthropic.RequestScanner.once;

import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import java.util.List;

/// Counts tools, and finds those that the provider runs, and what else makes it read more than the
/// body.
final class ToolScanner {

  /// Tools of the provider's making that read nothing but the body: the client runs them, or they
  /// search in the tools that the body lists.
  private static final List<String> READING_THE_BODY =
      List.of("custom", "bash_", "text_editor_", "computer_", "memory_", "tool_search_tool_");

  private final JsonCursor json;
  private long listed;
  private long webSearches;
  private boolean unbounded;

  ToolScanner(JsonCursor json) {
    this.json = json;
  }

  /// How many there are, of whatever kind.
  long listed() {
    return listed;
  }

  ServerTools serverTools() {
    return webSearches == 0 && !unbounded
        ? ServerTools.NONE
        : new ServerTools(webSearches, unbounded);
  }

  void tools() {
    if (json.peek() != '[') {
      json.skip(1);
      return;
    }
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      listed++;
      tool();
    }
  }

  private enum Kind {
    CLIENT,
    WEB_SEARCH,
    OTHER
  }

  private void tool() {
    if (json.peek() != '{') {
      json.skip(2);
      return;
    }
    int seen = 0;
    var kind = Kind.CLIENT;
    long maxUses = ServerTools.SEARCHES_MAX;
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("type")) {
        seen = once(seen, 1, "tools.type");
        kind = kind();
      } else if (json.textIs("max_uses") && json.peek() != 'n') {
        seen = once(seen, 2, "tools.max_uses");
        maxUses = json.wholeNumber("tools.max_uses", 3);
      } else {
        json.skip(3);
      }
    }
    webSearches += kind == Kind.WEB_SEARCH ? maxUses : 0;
    unbounded |= kind == Kind.OTHER || (kind == Kind.WEB_SEARCH && (seen & 2) == 0);
  }

  private Kind kind() {
    boolean isNull = json.peek() == 'n';
    boolean isText = json.skipText(3);
    if (isNull || (isText && READING_THE_BODY.stream().anyMatch(json::textStartsWith))) {
      return Kind.CLIENT;
    }
    return isText && json.textStartsWith("web_search_") ? Kind.WEB_SEARCH : Kind.OTHER;
  }

  /// Servers whose tools the provider calls.
  void servers() {
    if (json.peek() != '[') {
      json.skip(1);
      return;
    }
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      unbounded = true;
      json.skip(2);
    }
  }

  /// Only clearing is free: a compaction at the provider is a call of its own, which reads the
  /// whole context again.
  void contextManagement() {
    if (json.peek() != '{') {
      json.skip(1);
      return;
    }
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("edits") && json.peek() == '[') {
        edits();
      } else {
        json.skip(2);
      }
    }
  }

  private void edits() {
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      if (json.peek() == '{') {
        edit();
      } else {
        json.skip(3);
      }
    }
  }

  private void edit() {
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("type")) {
        unbounded |= !(json.skipText(4) && json.textStartsWith("clear_"));
      } else {
        json.skip(4);
      }
    }
  }
}
