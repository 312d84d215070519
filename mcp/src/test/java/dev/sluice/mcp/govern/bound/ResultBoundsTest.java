package dev.sluice.mcp.govern.bound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.rpc.RpcError;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

final class ResultBoundsTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int NOTES_BYTES_MAX = 2_000;

  private static ResultBounds bounds(long bytesMax) {
    return new ResultBounds("notes", bytesMax, false);
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  private static ObjectNode texts(String... texts) {
    var result = JsonNodeFactory.instance.objectNode();
    var content = result.putArray("content");
    for (var text : texts) {
      content.addObject().put("type", "text").put("text", text);
    }
    return result;
  }

  private static String text(JsonNode result, int block) {
    return result.path("content").path(block).path("text").stringValue("");
  }

  @Test
  void a_size_is_that_of_what_is_written() {
    for (var text :
        new String[] {
          "{}",
          "[]",
          "[[],{}]",
          "null",
          "true",
          "-12.50",
          "1e400",
          "\"\"",
          "\"a\\\"\\\\\\n\\u0001\"",
          "{\"a\":[1,2,{\"ü\":\"€ 😀\"}],\"b\":null}"
        }) {
      var node = json(text);
      assertThat(JsonSize.of(node).bytes())
          .as(text)
          .isEqualTo(node.toString().getBytes(StandardCharsets.UTF_8).length);
    }
    assertThat(JsonSize.of(json("[[1],{\"a\":{}}]")).depth()).isEqualTo(3);
  }

  @Test
  void a_result_within_its_bounds_is_the_same_one() {
    var result = texts("all of it");
    var bounded = bounds(1_000).bound(result);
    assertThat(bounded.result()).isSameAs(result);
    assertThat(bounded.cutBytes()).isZero();
    assertThat(bounded.bytes()).isEqualTo(result.toString().length());
  }

  @Test
  void a_text_is_cut_between_characters() {
    for (long most = 100; most < 110; most++) {
      var bounded = bounds(most).bound(texts("😀".repeat(100)));
      assertThat(text(bounded.result(), 0)).matches("(😀)+");
      assertThat(text(bounded.result(), 1))
          .isEqualTo(
              "[the gateway cut %d bytes: results of notes may have %d]"
                  .formatted(bounded.cutBytes(), most));
    }
  }

  @Test
  void blocks_that_fit_stay_and_those_after_them_are_counted() {
    var bounded = bounds(400).bound(texts("first", "x".repeat(1_000), "last"));
    assertThat(text(bounded.result(), 0)).isEqualTo("first");
    assertThat(text(bounded.result(), 1)).matches("x{100,400}");
    assertThat(bounded.result().path("content").size()).isEqualTo(3);
    assertThat(text(bounded.result(), 2)).startsWith("[the gateway cut ");
  }

  @Test
  void an_image_that_is_too_large_is_replaced_by_a_note() {
    var result = texts("see:");
    result.withArray("content").addObject().put("type", "image").put("data", "A".repeat(5_000));
    result.withArray("content").addObject().put("type", "text").put("text", "after");
    var bounded = bounds(1_000).bound(result);
    assertThat(text(bounded.result(), 1))
        .isEqualTo("[the gateway left out an image of 5026 bytes: results of notes may have 1000]");
    assertThat(text(bounded.result(), 2)).isEqualTo("after");
    assertThat(bounded.result().has("isError")).isFalse();
  }

  @Test
  void structured_content_that_is_too_large_goes_and_what_was_promised_is_an_error() {
    var result = texts("short");
    result.putObject("structuredContent").put("rows", "r".repeat(5_000));
    var bounded = bounds(1_000).bound(result);
    assertThat(bounded.result().has("structuredContent")).isFalse();
    assertThat(bounded.result().has("isError")).isFalse();
    assertThat(text(bounded.result(), 0)).isEqualTo("short");
    assertThat(text(bounded.result(), 1)).startsWith("[the gateway left out structured content");
    var promised = new ResultBounds("notes", 1_000, true).bound(result);
    assertThat(promised.result().path("isError").booleanValue()).isTrue();
  }

  @Test
  void too_many_blocks_are_too_many_though_they_are_small() {
    var many = new String[ResultBounds.BLOCKS_MAX + 500];
    java.util.Arrays.fill(many, "x");
    var bounded = bounds(1 << 20).bound(texts(many));
    assertThat(bounded.result().path("content").size()).isEqualTo(ResultBounds.BLOCKS_MAX + 1);
  }

  @Test
  void what_is_too_deep_is_left_out() {
    var deep = json("[".repeat(150) + "]".repeat(150));
    var result = texts("short");
    result.set("structuredContent", deep);
    result.putObject("_meta").set("deep", deep);
    result.withArray("content").addObject().put("type", "resource").set("resource", deep);
    var bounded = bounds(1 << 20).bound(result);
    assertThat(JsonSize.of(bounded.result()).depth()).isLessThan(10);
    assertThat(text(bounded.result(), 0)).isEqualTo("short");
    assertThat(bounded.result().has("_meta")).isFalse();
  }

  @Test
  void members_beside_the_content_go_where_they_take_too_much() {
    var result = texts("short").put("isError", true).put("resultType", "t".repeat(5_000));
    var bounded = bounds(1_000).bound(result);
    assertThat(bounded.result().has("resultType")).isFalse();
    assertThat(bounded.result().path("isError").booleanValue()).isTrue();
    assertThat(text(bounded.result(), 0)).isEqualTo("short");
    assertThat(text(bounded.result(), 1)).startsWith("[the gateway cut 50");
  }

  @Test
  void a_question_that_is_too_large_is_no_question_any_more() {
    var asking = JsonNodeFactory.instance.objectNode().put("resultType", "input_required");
    asking.put("requestState", "s".repeat(5_000));
    var bounded = bounds(1_000).bound(asking);
    assertThat(bounded.result().has("resultType")).isFalse();
    assertThat(bounded.result().path("isError").booleanValue()).isTrue();
    assertThat(text(bounded.result(), 0)).startsWith("[the gateway cut 50");
  }

  @Test
  void an_error_keeps_its_code() {
    var error = RpcError.of(-32603, "m".repeat(5_000)).with(json("[1,2,3]"));
    var bounded = bounds(1_000).bound(error);
    assertThat(bounded.code()).isEqualTo(-32603);
    assertThat(bounded.data()).isEmpty();
    assertThat(bounded.message()).startsWith("mmm").contains("[the gateway cut 4");
    assertThat(bounds(1 << 20).bound(error)).isSameAs(error);
  }

  @Test
  void whatever_comes_is_bounded_and_stays_valid() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var result = JsonNodeFactory.instance.objectNode();
      var content = result.putArray("content");
      for (int i = random.nextInt(30); i > 0; i--) {
        var kind = new String[] {"text", "image", "resource", "odd"}[random.nextInt(4)];
        var block = content.addObject().put("type", kind);
        block.put(kind.equals("text") ? "text" : "data", noise(random));
        block.putObject("annotations").put("n", noise(random));
      }
      result.putObject("structuredContent").put("s", noise(random));
      result.putObject("_meta").put("m", noise(random));
      long most = 200L + random.nextInt(3_000);
      var bounded = bounds(most).bound(result);
      assertThat(JsonSize.of(bounded.result()).bytes()).isLessThan(most + NOTES_BYTES_MAX);
      var written = JSON.writeValueAsBytes(bounded.result());
      assertThat(JSON.readTree(written)).isEqualTo(bounded.result());
    }
  }

  private static String noise(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(200); i > 0; i--) {
      text.append(new String[] {"a", "\"", "\n", "\u0001", "ü", "€", "😀"}[random.nextInt(7)]);
    }
    return text.toString();
  }
}
