package dev.sluice.mcp.govern.bound;

import dev.sluice.mcp.rpc.InputRequired;
import dev.sluice.mcp.rpc.RpcError;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a result of a server may be at most. What is more is cut, with a note to the model; what is
/// left is valid. Notes come on top of the limit.
///
/// 1. Members beside the content stay where they take a quarter at most.
/// 2. Blocks stay in their order, as long as they fit; a text is cut where it is too long.
/// 3. Structured content stays where all of it still fits, and else goes. Where the definition
///    promises it, the result then says that it is an error: clients check it against the promise.
///
/// @param server as people call it
/// @param promised whether the definition has a schema of the output
public record ResultBounds(String server, long bytesMax, boolean promised) {

  /// A model does not read more of them, and each takes memory.
  static final int BLOCKS_MAX = 1_000;

  static final int DEPTH_MAX = 100;

  private static final int REST_PART = 4;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> ALWAYS_KEPT = List.of("isError", "resultType");
  private static final int ALWAYS_KEPT_BYTES_MAX = 64;

  /// @param bytes of what the server said
  /// @param cutBytes of them, what is left out
  public record Bounded(JsonNode result, long bytes, long cutBytes) {}

  /// The result within its bounds; the same where it is within them as it is.
  public Bounded bound(JsonNode result) {
    var size = JsonSize.of(result);
    boolean fits = size.bytes() <= bytesMax && size.depth() <= DEPTH_MAX;
    if (fits && result.path("content").size() <= BLOCKS_MAX) {
      return new Bounded(result, size.bytes(), 0);
    }
    boolean whole = result instanceof ObjectNode && InputRequired.of(result).isEmpty();
    if (!whole) {
      return new Bounded(replaced(size.bytes()), size.bytes(), size.bytes());
    }
    return new Cutting().cut((ObjectNode) result, size.bytes());
  }

  /// An error within its bounds.
  public RpcError bound(RpcError error) {
    if (JsonSize.of(error.json()).bytes() <= bytesMax) {
      return error;
    }
    var cut = cut(error.message(), bytesMax);
    return RpcError.of(error.code(), cut + note(error.message().length() - cut.length(), ""));
  }

  private ObjectNode replaced(long bytes) {
    var result = NODES.objectNode();
    result.putArray("content").add(text(note(bytes, "")));
    return result.put("isError", true);
  }

  private String note(long bytes, String what) {
    var left = what.isEmpty() ? "cut " : "left out " + what + " of ";
    return "[the gateway %s%d bytes: results of %s may have %d]"
        .formatted(left, bytes, server, bytesMax);
  }

  private static ObjectNode text(String text) {
    return NODES.objectNode().put("type", "text").put("text", text);
  }

  /// The longest beginning that takes so many bytes when it is written, in whole characters.
  static String cut(String text, long bytesMax) {
    long bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      bytes += JsonSize.bytes(character);
      if (bytes > bytesMax) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end);
  }

  /// One result on its way into its bounds.
  private final class Cutting {

    /// More notes than this say nothing more.
    private static final int NOTES_MAX = 16;

    private final List<JsonNode> kept = new ArrayList<>();
    private long left = bytesMax;
    private long cutBytes;
    private long untold;
    private int notes;

    Bounded cut(ObjectNode from, long bytes) {
      var to = rest(from);
      var content = from.path("content");
      for (int i = 0; i < content.size(); i++) {
        if (i < BLOCKS_MAX) {
          add(content.get(i));
        } else {
          leaveUntold(JsonSize.of(content.get(i)).bytes());
        }
      }
      structured(from, to);
      if (untold > 0) {
        kept.add(text(note(untold, "")));
      }
      if (content.isArray() || !kept.isEmpty()) {
        to.putArray("content").addAll(kept);
      }
      return new Bounded(to, bytes, cutBytes);
    }

    private ObjectNode rest(ObjectNode from) {
      var rest = NODES.objectNode().setAll(from);
      rest.remove(List.of("content", "structuredContent"));
      var size = JsonSize.of(rest);
      if (size.bytes() <= bytesMax / REST_PART && size.depth() <= DEPTH_MAX) {
        left -= size.bytes();
        return rest;
      }
      rest.retain(ALWAYS_KEPT);
      rest.properties()
          .removeIf(member -> JsonSize.of(member.getValue()).bytes() > ALWAYS_KEPT_BYTES_MAX);
      var after = JsonSize.of(rest).bytes();
      left -= after;
      leaveUntold(size.bytes() - after);
      return rest;
    }

    private void add(JsonNode block) {
      var size = JsonSize.of(block);
      if (size.bytes() <= left && size.depth() <= DEPTH_MAX) {
        left -= size.bytes();
        kept.add(block);
      } else if (block.path("type").stringValue("").equals("text")
          && block.path("text").isString()
          && size.depth() <= DEPTH_MAX) {
        shorten((ObjectNode) block, size.bytes());
      } else {
        leaveOut(size.bytes(), kind(block));
      }
    }

    private void shorten(ObjectNode block, long bytes) {
      var text = block.path("text").stringValue("");
      long beside = bytes - JsonSize.ofText(text) + 2;
      var beginning = ResultBounds.cut(text, Math.max(0, left - beside));
      if (beginning.isEmpty()) {
        leaveUntold(bytes);
        return;
      }
      var shorter = NODES.objectNode().setAll(block);
      kept.add(shorter.put("text", beginning));
      long after = beside + JsonSize.ofText(beginning) - 2;
      left -= after;
      leaveUntold(bytes - after);
    }

    private void structured(ObjectNode from, ObjectNode to) {
      var structured = from.get("structuredContent");
      if (structured == null) {
        return;
      }
      var size = JsonSize.of(structured);
      if (size.bytes() <= left && size.depth() <= DEPTH_MAX) {
        left -= size.bytes();
        to.set("structuredContent", structured);
        return;
      }
      leaveOut(size.bytes(), "structured content");
      if (promised) {
        to.put("isError", true);
      }
    }

    private void leaveOut(long bytes, String what) {
      if (notes++ < NOTES_MAX) {
        cutBytes += bytes;
        kept.add(text(note(bytes, what)));
      } else {
        leaveUntold(bytes);
      }
    }

    private void leaveUntold(long bytes) {
      cutBytes += bytes;
      untold += bytes;
    }

    /// Of the kinds that the protocol has; a server's own word could be anything.
    private static String kind(JsonNode block) {
      return switch (block.path("type").stringValue("")) {
        case "image" -> "an image";
        case "audio" -> "a sound";
        case "resource" -> "a resource";
        case "resource_link" -> "a link";
        default -> "a block";
      };
    }
  }
}
