package dev.sluice.wire.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Conversations that nobody would have: what a translation makes of them is JSON or a refusal.
public final class RequestFuzz {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final Random random;

  private RequestFuzz(Random random) {
    this.random = random;
  }

  /// @param origin of thoughts that the language sends back
  public static void check(Translator translator, String origin, int rounds) {
    long seed = new Random().nextLong();
    int told = 0;
    for (int round = 0; round < rounds; round++) {
      var conversation = new RequestFuzz(new Random(seed + round)).conversation(origin);
      try {
        var outgoing = translator.request(conversation);
        assertThat(outgoing.body()).hasSizeLessThan(BODY_BYTES_MAX);
        assertThat(JSON.readTree(outgoing.body()).isObject()).isTrue();
        assertThat(translator.request(conversation).body()).isEqualTo(outgoing.body());
        told++;
      } catch (UntranslatableException e) {
        assertThat(e.getMessage()).as("seed %d, round %d", seed, round).contains("expected");
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round + ": " + conversation, e);
      }
    }
    assertThat(told).as("told of %d, seed %d", rounds, seed).isGreaterThan(rounds / 20);
  }

  private Conversation conversation(String origin) {
    var modes = ToolChoice.Mode.values();
    var reasonings = Reasoning.Mode.values();
    return new Conversation(
        few(20) ? "" : "gemini-3-" + text(),
        list(2, () -> few(20) ? block(origin, 0) : words()),
        list(6, () -> turn(origin)),
        list(2, this::tool),
        new ToolChoice(modes[random.nextInt(modes.length)], text(), !few(10)),
        new Settings(
            few(2) ? null : (long) random.nextInt(),
            few(2) ? null : random.nextDouble(),
            few(2) ? null : random.nextDouble(),
            few(2) ? null : random.nextLong(),
            list(few(10) ? 7 : 2, this::text),
            few(2) ? null : text()),
        new Reasoning(
            reasonings[random.nextInt(reasonings.length)],
            random.nextInt(),
            few(2) ? null : text()),
        few(3) ? json(2) : null,
        few(2),
        list(2, this::text));
  }

  private Turn turn(String origin) {
    var roles = Turn.Role.values();
    var role = roles[random.nextInt(roles.length)];
    return new Turn(role, list(4, () -> few(2) ? words() : block(origin, 0)));
  }

  private Block.Text words() {
    return new Block.Text(text(), mark());
  }

  private Block block(String origin, int depth) {
    return switch (random.nextInt(few(8) ? 12 : 7)) {
      case 0, 1 -> words();
      case 2 -> new Block.Thinking(text(), few(3) ? text() : Seal.seal(origin, text()));
      case 3 -> new Block.SealedThinking(few(2) ? text() : Seal.seal(origin, text()));
      case 4, 5 -> new Block.ToolUse(id(), text(), json(0), mark());
      case 6 ->
          depth > 0
              ? words()
              : new Block.ToolResult(id(), list(3, () -> block(origin, depth + 1)), few(2), mark());
      case 7 -> new Block.Image(source(), mark());
      case 8 -> new Block.Document(source(), few(2) ? null : text(), text(), mark());
      case 9 -> new Block.Search(id(), text(), mark());
      case 10 ->
          new Block.Found(id(), list(3, () -> page(origin)), few(3) ? "unavailable" : null, mark());
      default -> new Block.Other(text(), json(1), mark());
    };
  }

  private Page page(String origin) {
    return new Page(
        text(), text(), few(3) ? null : Seal.seal(origin, text()), few(2) ? null : text());
  }

  private Source source() {
    var types = List.of("image/png", "application/pdf", "text/plain", "image/gif", text());
    return switch (random.nextInt(4)) {
      case 0 -> new Source.Url(text());
      case 1 -> new Source.Plain(text());
      case 2 -> new Source.Foreign(text());
      default -> new Source.Encoded(types.get(random.nextInt(types.size())), text());
    };
  }

  private Tool tool() {
    if (few(20)) {
      Long uses = few(2) ? null : 3L;
      return new Tool.WebSearch(
          text(), text(), list(2, this::text), list(2, this::text), uses, null);
    }
    return few(10)
        ? new Tool.Native(text(), text(), json(1))
        : new Tool.Function(text(), few(2) ? null : text(), json(0), few(2), mark());
  }

  private @Nullable CacheMark mark() {
    return few(3) ? new CacheMark(few(2) ? "1h" : "5m") : null;
  }

  private String id() {
    return few(10) ? text() : "toolu_" + random.nextInt(3);
  }

  private JsonNode json(int depth) {
    var words =
        List.of(
            "type",
            "properties",
            "items",
            "anyOf",
            "oneOf",
            "allOf",
            "enum",
            "const",
            "$ref",
            "$defs",
            "required",
            "a",
            "description",
            "additionalProperties");
    if (depth > 4 || (depth > 0 && few(2))) {
      return switch (random.nextInt(5)) {
        case 0 -> JSON.getNodeFactory().numberNode(random.nextInt());
        case 1 -> JSON.getNodeFactory().nullNode();
        case 2 -> JSON.getNodeFactory().stringNode("#/$defs/a");
        case 3 -> JSON.getNodeFactory().stringNode(few(2) ? "object" : text());
        default -> JSON.createArrayNode().add("string").add(few(2) ? "null" : "a");
      };
    }
    var json = JSON.createObjectNode();
    for (int i = random.nextInt(4); i >= 0; i--) {
      json.set(words.get(random.nextInt(words.size())), json(depth + 1));
    }
    return json;
  }

  private String text() {
    var strange = List.of("\uD800", "\u0000", "\"", "\\", "x".repeat(80));
    var plain = List.of("", " ", "\n", "a", "é", "漢", "🙂");
    var odd = few(2) ? strange : plain;
    var text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      var part = odd.get(random.nextInt(odd.size()));
      text.append(part);
    }
    return text.toString();
  }

  private boolean few(int in) {
    return random.nextInt(in) == 0;
  }

  private <T> List<T> list(int sizeMax, Supplier<T> one) {
    var list = new ArrayList<T>();
    for (int i = random.nextInt(sizeMax + 1); i > 0; i--) {
      list.add(one.get());
    }
    return list;
  }

  /// The longest start that two bodies have in common.
  public static int common(byte[] one, byte[] other) {
    int differs = Arrays.mismatch(one, other);
    return differs < 0 ? one.length : differs;
  }
}
