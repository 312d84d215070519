package dev.sluice.wire.openai.chat;

import dev.sluice.wire.openai.BlockQueue;
import dev.sluice.wire.openai.BlockQueue.Entry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Puts together the calls of tools that a stream tells in fragments.
///
/// A fragment belongs to the call of its id, else to the last one of its index, else to the last
/// one. Its place is its index where a list has several without one. It begins a new call where its
/// id is new; where nothing else tells calls apart, a name after a whole input does.
final class CallFragments {

  /// Calls of one answer; more are no model's.
  static final int CALLS_MAX = 1024;

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int NO_INDEX = -1;

  private final BlockQueue blocks;
  private final Map<Integer, Open> byIndex = new HashMap<>();
  private final Map<String, Open> byId = new HashMap<>();
  private @Nullable Open last;
  private int calls;

  private static final class Open {

    private final Entry entry;
    private final int index;
    private final Balance input = new Balance();

    private Open(Entry entry, int index) {
      this.entry = entry;
      this.index = index;
    }
  }

  CallFragments(BlockQueue blocks) {
    this.blocks = blocks;
  }

  /// @param told `tool_calls` of a delta: a list, or the one call that it would have (TGI)
  void add(JsonNode told) {
    if (!told.isArray()) {
      add(told, NO_INDEX);
      return;
    }
    for (int i = 0; i < told.size(); i++) {
      add(told.get(i), told.size() > 1 ? i : NO_INDEX);
    }
  }

  private void add(JsonNode call, int place) {
    int index = call.path("index").isInt() ? call.path("index").intValue() : place;
    var id = call.path("id").asString("");
    var function = call.path("function");
    var name = function.path("name").asString("");
    var known = known(index, id, name);
    var open = known == null ? begun(index, id) : known;
    last = open;
    identify(open, id);
    name(open.entry, name);
    var input = arguments(function, open.entry.grown());
    open.input.add(input);
    blocks.grow(open.entry, input);
  }

  /// @param told the same of an answer that is no stream
  void addWhole(JsonNode told) {
    if (told.isArray()) {
      told.forEach(this::addOneWhole);
    } else {
      addOneWhole(told);
    }
  }

  private void addOneWhole(JsonNode call) {
    var function = call.path("function");
    var id = call.path("id").asString("");
    calls++;
    var entry = blocks.call(id, function.path("name").asString(""));
    blocks.grow(entry, arguments(function, false));
    blocks.end(entry);
  }

  boolean overfull() {
    return calls > CALLS_MAX;
  }

  private @Nullable Open known(int index, String id, String name) {
    var same = id.isEmpty() ? null : byId.get(id);
    if (same != null && (index == NO_INDEX || same.index == NO_INDEX || same.index == index)) {
      return same;
    }
    var known = index == NO_INDEX ? last : byIndex.get(index);
    if (known == null || (!id.isEmpty() && !known.entry.id().isEmpty())) {
      return null;
    }
    boolean another = !name.isEmpty() && known.entry.grown() && known.input.whole();
    return another ? null : known;
  }

  private Open begun(int index, String id) {
    calls++;
    var open = new Open(blocks.call(id, ""), index);
    byIndex.put(index, open);
    return open;
  }

  private void identify(Open open, String id) {
    if (!id.isEmpty()) {
      byId.putIfAbsent(id, open);
      if (open.entry.id().isEmpty()) {
        open.entry.identify(id);
      }
    }
  }

  /// Some tell a name in pieces, some tell it again with each fragment.
  private static void name(Entry entry, String name) {
    if (!entry.grown() && !name.equals(entry.name())) {
      entry.rename(entry.name() + name);
    }
  }

  private static String arguments(JsonNode function, boolean begun) {
    var arguments = function.path("arguments");
    if (arguments.isContainer()) {
      return JSON.writeValueAsString(arguments);
    }
    var text = arguments.asString("");
    return !begun && text.strip().equals("null") ? "" : text;
  }

  /// Tells without keeping it whether a JSON object is whole.
  private static final class Balance {

    private int depth;
    private boolean inText;
    private boolean escaped;
    private boolean begun;

    private void add(String json) {
      for (int i = 0; i < json.length(); i++) {
        add(json.charAt(i));
      }
    }

    private void add(char c) {
      if (escaped) {
        escaped = false;
      } else if (inText) {
        escaped = c == '\\';
        inText = c != '"';
      } else if (c == '"') {
        inText = true;
      } else if (c == '{' || c == '[') {
        depth++;
        begun = true;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }

    private boolean whole() {
      return begun && depth == 0 && !inText;
    }
  }
}
