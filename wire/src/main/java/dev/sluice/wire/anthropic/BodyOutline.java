package dev.sluice.wire.anthropic;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A body as a row of digests: what it has in common with an earlier one, for which the provider
/// has told the tokens, need not be bounded by its bytes again.
///
/// **The bound.** All input tokens that were billed for the earlier request, plus the bytes of each
/// field and message that the earlier one did not have (media by their allowance), plus the
/// preamble. It holds because:
///
/// 1. A prompt is its tools, its system prompt and its messages, one after the other, each between
///    marks of its own; their tokens add up, whatever else is in the prompt. So the parts in common
///    cost at most what the whole earlier prompt cost: its plain input, cache reads and cache
///    writes together.
/// 2. What is not in common is bounded by its bytes, as in [LooseBound]. Of the messages only those
///    count as common that lead, unbroken, from the first one on.
/// 3. What the provider says by itself (other words for another `tool_choice` or `thinking`) is
///    within the preamble, which is counted anew.
///
/// **What does not add up** is counted again, or nothing is said at all:
///
/// - Thoughts of earlier turns can be left out of one prompt and be in the next. They count again,
///   unless both bodies think alike and ask that all thoughts be kept.
/// - A deferred tool enters the prompt when a message asks for it. They count again.
/// - An edit of the context that clears more than thoughts may have made the earlier prompt
///   smaller: such a body says nothing, neither of itself nor of others.
/// - Files and URLs can differ from one call to the next, and the provider's own tools read more
///   than the body: such a body is not compared.
///
/// All that counts is compared by SHA-256, which nobody can make collide to lower a bound; so a
/// comparison with the body of a stranger would be just as true. Only the marks `cache_control` of
/// blocks are left out: a client moves them on with each turn, and they are no part of a prompt.
///
/// @param fields the top-level fields but `messages`, by name
/// @param edit what the provider does to the prompt by itself
/// @param comparable all that this body makes the provider read is in the body
/// @param cache five minutes, unless the body has a key `ttl` anywhere: only that asks for an hour
public record BodyOutline(
    Map<String, Part> fields,
    List<Part> messages,
    Edit edit,
    boolean comparable,
    LooseBound.Cache cache) {

  /// About what one part takes in memory.
  private static final long PART_BYTES = 128;

  /// What comes after so many messages is counted, and not compared.
  private static final int MESSAGES_MAX = 10_000;

  public BodyOutline {
    fields = Map.copyOf(fields);
    messages = List.copyOf(messages);
  }

  /// What the provider leaves out of a prompt.
  enum Edit {
    /// Not even a thought.
    NOTHING,
    /// Thoughts, by a rule of the body's or its own.
    THOUGHTS,
    /// Anything.
    ANY;

    Edit or(Edit other) {
      return compareTo(other) > 0 ? this : other;
    }
  }

  /// A part of a body.
  ///
  /// @param tokensMax the most that it can be, wherever it stands
  /// @param tokensUnsure of those, the most that a bill for a body with this part may lack
  record Part(Digest digest, long tokensMax, long tokensUnsure) {

    boolean same(@Nullable Part other) {
      return other != null && digest.equals(other.digest);
    }
  }

  /// A SHA-256.
  record Digest(long first, long second, long third, long fourth) {}

  /// Outlines a body that was scanned before.
  public static BodyOutline of(MessagesRequest request, byte[] bytes, int offset, int length) {
    boolean comparable =
        !request.media().unbounded()
            && request.serverTools().equals(MessagesRequest.ServerTools.NONE);
    return new Scanner(bytes, offset, length).outline(comparable);
  }

  /// The most input tokens that this body can be, given a bill for an earlier one; without a bound
  /// where the two cannot be compared.
  ///
  /// @param billed all input tokens of `earlier`, as the provider told them in the end
  public long inputTokensMax(BodyOutline earlier, long billed) {
    if (!comparable || edit == Edit.ANY || earlier.edit == Edit.ANY) {
      return Long.MAX_VALUE;
    }
    boolean thoughtsAreKept =
        edit == Edit.NOTHING
            && earlier.edit == Edit.NOTHING
            && Objects.equals(fields.get("thinking"), earlier.fields.get("thinking"));
    long tokens = billed + LooseBound.PREAMBLE_TOKENS;
    for (var field : fields.entrySet()) {
      var part = field.getValue();
      boolean known = part.same(earlier.fields.get(field.getKey()));
      tokens += known ? part.tokensUnsure : part.tokensMax;
    }
    int known = knownMessages(earlier);
    for (int i = 0; i < messages.size(); i++) {
      var part = messages.get(i);
      tokens += i >= known ? part.tokensMax : thoughtsAreKept ? 0 : part.tokensUnsure;
    }
    return tokens;
  }

  private int knownMessages(BodyOutline earlier) {
    int most = Math.min(messages.size(), earlier.messages.size());
    int known = 0;
    while (known < most && messages.get(known).same(earlier.messages.get(known))) {
      known++;
    }
    return known;
  }

  /// Whether this body goes on with the conversation of an earlier one, or tells it anew.
  public boolean continues(BodyOutline earlier) {
    return knownMessages(earlier) > 0;
  }

  /// Whether a count by the provider holds for the bill: nothing is read later, by a tool of the
  /// provider's or from elsewhere, and no edit makes more of it than one prompt.
  public boolean isCountable() {
    return comparable && edit != Edit.ANY;
  }

  /// About what the outline takes in memory.
  public long bytes() {
    long names = fields.keySet().stream().mapToLong(String::length).sum();
    return names + PART_BYTES * (1 + fields.size() + messages.size());
  }

  /// Reads the parts off a body.
  private static final class Scanner {

    private final byte[] bytes;
    private final int offset;
    private final JsonCursor json;
    private final MessageDigest sha256 = sha256();
    private final Map<String, Part> fields = new HashMap<>();
    private final List<Part> messages = new ArrayList<>();
    private Edit edit = Edit.THOUGHTS;

    Scanner(byte[] bytes, int offset, int length) {
      this.bytes = bytes;
      this.offset = offset;
      this.json = new JsonCursor(bytes, offset, length);
    }

    BodyOutline outline(boolean comparable) {
      for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
        json.key();
        field(json.text());
      }
      var cache = json.lifetimeSeen() ? LooseBound.Cache.ONE_HOUR : LooseBound.Cache.FIVE_MINUTES;
      return new BodyOutline(fields, messages, edit, comparable, cache);
    }

    private void field(String name) {
      byte first = json.peek();
      int start = json.position();
      if (name.equals("messages") && first == '[') {
        messages();
      } else if (name.equals("system")) {
        fields.put(name, system());
      } else if (name.equals("tools") && first == '[') {
        long deferred = deferredBytes();
        fields.put(name, plain(start, deferred));
      } else if (name.equals("context_management")) {
        edit = edit(first);
        fields.put(name, plain(start, 0));
      } else {
        json.skip(1);
        fields.put(name, plain(start, 0));
      }
    }

    private void messages() {
      long rest = 0;
      for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
        var part = json.peek() == '{' ? message() : other();
        if (messages.size() < MESSAGES_MAX) {
          messages.add(part);
        } else {
          rest += part.tokensMax();
        }
      }
      if (rest > 0) {
        fields.put("messages", new Part(digested(), rest, rest));
      }
    }

    private Part other() {
      int start = json.position();
      json.skip(2);
      return plain(start, 0);
    }

    private Part message() {
      var blocks = new BlockScanner(json);
      int start = json.position();
      for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
        json.key();
        if (json.textIs("content")) {
          blocks.content(3);
        } else {
          json.skip(3);
        }
      }
      return part(start, blocks);
    }

    private Part system() {
      var blocks = new BlockScanner(json);
      int start = json.position();
      blocks.content(1);
      return part(start, blocks);
    }

    private Part part(int start, BlockScanner blocks) {
      int from = start;
      for (var mark : blocks.cacheMarks()) {
        digest(from, mark.start());
        from = mark.end();
      }
      digest(from, json.position());
      long tokensMax = LooseBound.tokensMax(json.position() - start, blocks.media());
      return new Part(digested(), tokensMax, blocks.thinkingBytes());
    }

    private Part plain(int start, long unsure) {
      digest(start, json.position());
      return new Part(digested(), json.position() - start, unsure);
    }

    private void digest(int from, int to) {
      sha256.update(bytes, offset + from, to - from);
    }

    private Digest digested() {
      var longs = ByteBuffer.wrap(sha256.digest()).asLongBuffer();
      return new Digest(longs.get(), longs.get(), longs.get(), longs.get());
    }

    /// The bytes of tools that are in the prompt only once they are asked for.
    private long deferredBytes() {
      long deferred = 0;
      for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
        boolean isTool = json.peek() == '{';
        int start = json.position();
        if (isTool && hasDeferral()) {
          deferred += json.position() - start;
        } else if (!isTool) {
          json.skip(2);
        }
      }
      return deferred;
    }

    private boolean hasDeferral() {
      boolean found = false;
      for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
        json.key();
        found |= json.textIs("defer_loading") && json.peek() != 'f';
        json.skip(3);
      }
      return found;
    }

    private Edit edit(byte first) {
      if (first != '{') {
        json.skip(1);
        return first == 'n' ? Edit.THOUGHTS : Edit.ANY;
      }
      var most = Edit.NOTHING;
      boolean edits = false;
      for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
        json.key();
        if (json.textIs("edits") && json.peek() == '[') {
          for (boolean another = json.open('[', ']'); another; another = json.next(']')) {
            most = most.or(json.peek() == '{' ? oneEdit() : otherEdit());
            edits = true;
          }
        } else {
          most = otherEdit();
        }
      }
      return most.or(edits ? Edit.NOTHING : Edit.THOUGHTS);
    }

    private Edit otherEdit() {
      json.skip(2);
      return Edit.ANY;
    }

    private Edit oneEdit() {
      boolean ofThoughts = false;
      boolean keepsAll = false;
      int types = 0;
      int others = 0;
      for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
        json.key();
        if (json.textIs("type")) {
          types++;
          ofThoughts = json.skipText(4) && json.textStartsWith("clear_thinking_");
        } else {
          others++;
          boolean keep = json.textIs("keep");
          keepsAll = json.skipText(4) && keep && json.textIs("all");
        }
      }
      if (!ofThoughts || types > 1 || others > 1) {
        return Edit.ANY;
      }
      return keepsAll ? Edit.NOTHING : Edit.THOUGHTS;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
