package dev.sluice.testkit.anthropic.billing;

import dev.sluice.testkit.billing.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The prompt of a call as a row of segments (tools, system, messages), each with its tokens, the
/// hash of all up to and with it, and its cache mark.
public record Prompt(List<Segment> segments) {

  /// How long a cached prefix lives.
  public enum Lifetime {
    FIVE_MINUTES,
    ONE_HOUR
  }

  /// @param tokens of this segment alone
  /// @param prefix the hash of the model and all segments up to and with this one
  public record Segment(long tokens, String prefix, Optional<Lifetime> mark) {}

  /// The provider's own instructions for tools, billed whenever a request offers some.
  private static final long TOOL_PREAMBLE_TOKENS = 346;

  private static final long MESSAGE_TOKENS = 3;
  private static final long IMAGE_TOKENS = 1_600;
  private static final long DOCUMENT_TOKENS = 3_000;

  public Prompt {
    segments = List.copyOf(segments);
  }

  public static Prompt of(String scope, JsonNode body) {
    var row = new Row(scope + "\n" + body.path("model").asString(""));
    if (!body.path("tools").isEmpty()) {
      row.add(body.path("model"), TOOL_PREAMBLE_TOKENS);
    }
    for (var tool : body.path("tools")) {
      // A deferred tool is not in the prompt until a search finds it.
      row.add(tool, tool.path("defer_loading").asBoolean(false) ? 0 : jsonTokens(tool));
    }
    row.begin("system");
    row.addContent(body.path("system"), 0);
    for (var message : body.path("messages")) {
      row.begin(message.path("role").asString(""));
      row.addContent(message.path("content"), MESSAGE_TOKENS);
    }
    return new Prompt(row.segments);
  }

  public long tokens() {
    return segments.stream().mapToLong(Segment::tokens).sum();
  }

  private static final class Row {

    private final List<Segment> segments = new ArrayList<>();
    private final MessageDigest digest;

    Row(String scope) {
      digest = sha256();
      begin(scope);
    }

    /// The same text is another prompt in another place.
    void begin(String section) {
      digest.update((section + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// A string stands for one text block.
    void addContent(JsonNode content, long framing) {
      if (content.isString()) {
        add(content.stringValue(), Tokenizer.count(content.stringValue()) + framing);
      }
      for (var block : content) {
        add(block, blockTokens(block) + (block == content.get(0) ? framing : 0));
      }
    }

    void add(JsonNode block, long tokens) {
      var marked = block.has("cache_control") && block.path("cache_control").isObject();
      var mark = marked ? Optional.of(lifetime(block)) : Optional.<Lifetime>empty();
      segments.add(new Segment(tokens, prefix(text(block)), mark));
    }

    private void add(String text, long tokens) {
      segments.add(new Segment(tokens, prefix(text), Optional.empty()));
    }

    /// The mark itself is not part of the prompt: it moves on with every turn.
    private static String text(JsonNode block) {
      if (block.path("type").asString("").equals("text")) {
        return block.path("text").asString("");
      }
      if (!block.has("cache_control")) {
        return block.toString();
      }
      var plain = ((ObjectNode) block).deepCopy();
      plain.remove("cache_control");
      return plain.toString();
    }

    private String prefix(String text) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      try {
        return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("BUG: the JDK's SHA-256 can be cloned", e);
      }
    }
  }

  private static Lifetime lifetime(JsonNode block) {
    var ttl = block.path("cache_control").path("ttl").asString("5m");
    return ttl.equals("1h") ? Lifetime.ONE_HOUR : Lifetime.FIVE_MINUTES;
  }

  private static long blockTokens(JsonNode block) {
    return switch (block.path("type").asString("")) {
      case "text" -> Tokenizer.count(block.path("text").asString(""));
      case "thinking" -> Tokenizer.count(block.path("thinking").asString(""));
      case "image" -> IMAGE_TOKENS;
      case "document" -> DOCUMENT_TOKENS;
      case "tool_use" -> jsonTokens(block.path("name")) + jsonTokens(block.path("input"));
      case "tool_result" -> resultTokens(block.path("content"));
      default -> jsonTokens(block);
    };
  }

  private static long resultTokens(JsonNode content) {
    if (content.isString()) {
      return Tokenizer.count(content.stringValue());
    }
    var tokens = 0L;
    for (var block : content) {
      tokens += blockTokens(block);
    }
    return tokens;
  }

  private static long jsonTokens(JsonNode node) {
    return Tokenizer.count(node.toString());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: SHA-256 is part of every JDK", e);
    }
  }
}
