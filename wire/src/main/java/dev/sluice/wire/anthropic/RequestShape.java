package dev.sluice.wire.anthropic;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/// What a body asks of a model, as far as models differ in it, and which conversation it is.
///
/// @param features the fields, as dotted names; of those whose value matters with `=` and the
///   value: `thinking.type=adaptive`
/// @param thoughts it carries what a model thought in earlier turns
/// @param conversation a digest of the first message, the same in every turn
public record RequestShape(Set<String> features, boolean thoughts, String conversation) {

  /// Objects, and arrays of objects, whose members are features of their own.
  private static final Set<String> PARENTS =
      Set.of(
          "messages",
          "messages.output_config",
          "tools",
          "thinking",
          "output_config",
          "context_management",
          "context_management.edits");

  /// Fields of text whose value is a feature.
  private static final Set<String> VALUED =
      Set.of(
          "messages.role",
          "messages.output_config.effort",
          "tools.type",
          "thinking.type",
          "thinking.display",
          "output_config.effort",
          "context_management.edits.type");

  /// More is no request of a client that we know.
  private static final int FEATURES_MAX = 200;

  private static final int VALUE_BYTES_MAX = 64;

  public RequestShape {
    features = Set.copyOf(features);
  }

  /// Of a body that was scanned before.
  public static RequestShape of(byte[] bytes, int offset, int length) {
    var scanner = new Scanner(bytes, offset, length);
    scanner.members("", 0);
    return new RequestShape(
        scanner.features, scanner.blocks.thinkingBytes() > 0, scanner.conversation);
  }

  private static final class Scanner {

    private final byte[] bytes;
    private final int offset;
    private final JsonCursor json;
    private final BlockScanner blocks;
    private final Set<String> features = new HashSet<>();
    private String conversation = "";

    Scanner(byte[] bytes, int offset, int length) {
      this.bytes = bytes;
      this.offset = offset;
      this.json = new JsonCursor(bytes, offset, length);
      this.blocks = new BlockScanner(json);
    }

    private void members(String parent, int depth) {
      json.enter(depth);
      for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
        json.key();
        member(parent.isEmpty() ? json.text() : parent + "." + json.text(), depth + 1);
      }
    }

    private void member(String name, int depth) {
      if (VALUED.contains(name)) {
        boolean isText = json.skipText(depth);
        boolean isShort = isText && json.textBytes() <= VALUE_BYTES_MAX;
        add(name + "=" + (isShort ? json.text() : "?"));
        return;
      }
      add(name);
      if (name.equals("messages.content")) {
        blocks.content(depth);
      } else if (PARENTS.contains(name)) {
        children(name, depth);
      } else {
        json.skip(depth);
      }
    }

    private void children(String name, int depth) {
      switch (json.peek()) {
        case '{' -> members(name, depth);
        case '[' -> elements(name, depth);
        default -> json.skip(depth);
      }
    }

    private void elements(String name, int depth) {
      json.enter(depth);
      boolean first = name.equals("messages");
      for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
        json.peek();
        int start = json.position();
        children(name, depth + 1);
        if (first) {
          conversation = digest(start);
          first = false;
        }
      }
    }

    /// Without the marks of the provider's cache, which a client moves on with each turn.
    private String digest(int start) {
      try {
        var sha256 = MessageDigest.getInstance("SHA-256");
        int from = start;
        for (var mark : blocks.cacheMarks()) {
          sha256.update(bytes, offset + from, mark.start() - from);
          from = mark.end();
        }
        sha256.update(bytes, offset + from, json.position() - from);
        return HexFormat.of().formatHex(sha256.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("BUG: every JDK has SHA-256", e);
      }
    }

    private void add(String feature) {
      features.add(features.size() < FEATURES_MAX ? feature : "(more)");
    }
  }
}
