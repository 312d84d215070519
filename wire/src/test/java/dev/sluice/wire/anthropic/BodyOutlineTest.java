package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BodyOutlineTest {

  private static final String KEEP_ALL =
      "{\"edits\":[{\"type\":\"clear_thinking_20251015\",\"keep\":\"all\"}]}";
  private static final String CLEAR_TOOLS = "{\"edits\":[{\"type\":\"clear_tool_uses_20250919\"}]}";
  private static final String SYSTEM = "\"You are of help.\"";
  private static final String TOOLS = "[{\"name\":\"Bash\",\"input_schema\":{}}]";
  private static final long BILLED = 100_000;
  private static final long KNOWN = BILLED + LooseBound.PREAMBLE_TOKENS;

  private static BodyOutline outline(String body) {
    var padded = ("padding" + body + "padding").getBytes(StandardCharsets.UTF_8);
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return BodyOutline.of(RequestScanner.scan(padded, 7, length), padded, 7, length);
  }

  private static String body(String messages, String more) {
    return "{\"model\":\"m\",\"messages\":["
        + messages
        + "],\"system\":"
        + SYSTEM
        + ",\"tools\":"
        + TOOLS
        + ",\"max_tokens\":100"
        + more
        + "}";
  }

  private static String managed(String messages, String edits) {
    return body(messages, ",\"context_management\":" + edits);
  }

  private static String user(String text) {
    return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
  }

  private static String marked(String text) {
    return user(text).replace("}]}", ",\"cache_control\":{\"type\":\"ephemeral\"}}]}");
  }

  private static String thinking() {
    return "{\"role\":\"assistant\",\"content\":[" + THOUGHT + ",{\"type\":\"text\"}]}";
  }

  private static final String THOUGHT =
      "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"c2ln\"}";

  private static long after(String earlier, String body) {
    return outline(body).inputTokensMax(outline(earlier), BILLED);
  }

  @Test
  void the_same_body_costs_what_was_billed() {
    var body = body(user("a") + "," + user("b"), "");
    assertThat(after(body, body)).isEqualTo(KNOWN);
  }

  @Test
  void a_new_message_counts_by_its_bytes() {
    assertThat(after(body(user("a"), ""), body(user("a") + ",  " + user("new"), "")))
        .isEqualTo(KNOWN + user("new").length());
  }

  @Test
  void messages_are_known_only_up_to_the_first_change() {
    var earlier = body(user("a") + "," + user("b") + "," + user("c"), "");
    var body = body(user("a") + "," + user("x") + "," + user("c"), "");
    assertThat(after(earlier, body)).isEqualTo(KNOWN + user("x").length() + user("c").length());
    assertThat(after(body(user("b"), ""), body(user("a") + "," + user("b"), "")))
        .isEqualTo(KNOWN + user("a").length() + user("b").length());
  }

  @Test
  void a_changed_field_counts_by_its_bytes() {
    var earlier = body(user("a"), "");
    assertThat(after(earlier, earlier.replace(SYSTEM, "\"You are of no help.\"")))
        .isEqualTo(KNOWN + "\"You are of no help.\"".length());
    assertThat(after(earlier, earlier.replace("Bash", "Read"))).isEqualTo(KNOWN + TOOLS.length());
    assertThat(after(earlier, body(user("a"), ",\"tool_choice\":{\"type\":\"any\"}")))
        .isEqualTo(KNOWN + "{\"type\":\"any\"}".length());
  }

  @Test
  void a_mark_of_the_cache_may_move_on() {
    assertThat(after(body(marked("a"), ""), body(user("a") + "," + marked("b"), "")))
        .isEqualTo(KNOWN + marked("b").length());
    var tool = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_use\",\"input\":{\"a\":1%s}}]}";
    var earlier = body(tool.formatted(",\"cache_control\":1"), "");
    assertThat(after(earlier, body(tool.formatted(""), "")))
        .isEqualTo(KNOWN + tool.formatted("").length());
  }

  @Test
  void only_a_body_that_names_a_lifetime_can_be_cached_for_an_hour() {
    assertThat(outline(body(marked("a \\\"ttl\\\": 1"), "")).cache())
        .isEqualTo(LooseBound.Cache.FIVE_MINUTES);
    for (var key : new String[] {"ttl", "\\u0074tl", "t\\u0074\\u006C"}) {
      var mark = "{\"type\":\"ephemeral\",\"" + key + "\":\"1h\"}";
      var asked = marked("a").replace("{\"type\":\"ephemeral\"}", mark);
      assertThat(outline(body(asked, "")).cache()).isEqualTo(LooseBound.Cache.ONE_HOUR);
      assertThat(outline(body(user("a"), ",\"cache_control\":" + mark)).cache())
          .isEqualTo(LooseBound.Cache.ONE_HOUR);
      assertThat(outline(body("", "").replace("\"Bash\",", "\"a\",\"c\":" + mark + ",")).cache())
          .isEqualTo(LooseBound.Cache.ONE_HOUR);
    }
  }

  @Test
  void thoughts_count_again_unless_all_are_kept() {
    var messages = user("a") + "," + thinking();
    assertThat(after(body(messages, ""), body(messages, ""))).isEqualTo(KNOWN + THOUGHT.length());
    var kept = managed(messages, KEEP_ALL);
    assertThat(after(kept, kept)).isEqualTo(KNOWN);
    var some = managed(messages, KEEP_ALL.replace("\"all\"", "{\"type\":\"thinking_turns\"}"));
    assertThat(after(some, some)).isEqualTo(KNOWN + THOUGHT.length());
    var other = kept.replace("\"max_tokens\"", "\"thinking\":null,\"max_tokens\"");
    assertThat(after(kept, other)).isEqualTo(KNOWN + THOUGHT.length() + "null".length());
  }

  @Test
  void a_deferred_tool_counts_again() {
    var tool = "{\"name\":\"Later\",\"defer_loading\":true}";
    var body = body(user("a"), "").replace(TOOLS, "[{\"name\":\"Now\"}," + tool + "]");
    assertThat(after(body, body)).isEqualTo(KNOWN + tool.length());
    var now = body.replace("true", "false");
    assertThat(after(now, now)).isEqualTo(KNOWN);
  }

  @Test
  void a_prompt_that_the_provider_clears_says_nothing() {
    var plain = body(user("a"), "");
    for (var edits :
        new String[] {
          CLEAR_TOOLS,
          "{\"edits\":[{\"type\":\"clear_thinking_1\",\"type\":\"clear_tool_uses_1\"}]}",
          "{\"edits\":[{\"keep\":\"all\"}]}",
          "{\"edits\":[{\"type\":\"clear_thinking_1\"},1]}",
          "{\"edits\":[],\"other\":1}",
          "[]"
        }) {
      var cleared = managed(user("a"), edits);
      assertThat(after(cleared, plain)).as(edits).isEqualTo(Long.MAX_VALUE);
      assertThat(after(plain, cleared)).as(edits).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void what_is_read_elsewhere_is_not_compared() {
    var fetched =
        body(
            "{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"x\"}}]}", "");
    assertThat(after(fetched, fetched)).isEqualTo(Long.MAX_VALUE);
    var searching =
        body(user("a"), "").replace(TOOLS, "[{\"type\":\"web_search_20250305\",\"max_uses\":1}]");
    assertThat(after(searching, searching)).isEqualTo(Long.MAX_VALUE);
    assertThat(after(searching, body(user("a"), ""))).isEqualTo(KNOWN + TOOLS.length());
  }

  @Test
  void an_image_is_an_image_only_where_it_is_new() {
    var data = "A".repeat(50_000);
    var image =
        "{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
            + "\"data\":\""
            + data
            + "\"}}]}";
    assertThat(after(body(user("a"), ""), body(user("a") + "," + image, "")))
        .isEqualTo(KNOWN + image.length() - data.length() + LooseBound.IMAGE_TOKENS);
    assertThat(after(body(image, ""), body(image, ""))).isEqualTo(KNOWN);
    assertThat(after(body(image, ""), body(image.replace("AAAA", "BBBB"), "")))
        .isGreaterThan(KNOWN + LooseBound.IMAGE_TOKENS);
  }

  @Test
  void very_many_messages_are_counted_and_not_compared() {
    var messages =
        IntStream.range(0, 10_002).mapToObj(_ -> user("a")).collect(Collectors.joining(","));
    assertThat(after(body(messages, ""), body(messages, "")))
        .isEqualTo(KNOWN + 2 * user("a").length());
    assertThat(outline(body(messages, "")).messages()).hasSize(10_000);
  }

  /// One word is one token, and each message and field has its own.
  @Test
  void no_bill_of_a_random_session_is_above_the_bound() {
    var random = new Random(20261121L);
    for (int session = 0; session < 300; session++) {
      var messages = new ArrayList<String>();
      var earlier = body("", "");
      for (int turn = 0; turn < 12; turn++) {
        change(messages, random);
        var body = body(String.join(",", messages), "");
        long bound = outline(body).inputTokensMax(outline(earlier), tokens(earlier));
        assertThat(bound).isGreaterThanOrEqualTo(tokens(body));
        earlier = body;
      }
    }
  }

  private static void change(ArrayList<String> messages, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> messages.subList(random.nextInt(messages.size() + 1), messages.size()).clear();
      case 1 -> messages.replaceAll(m -> random.nextInt(4) == 0 ? m.replace('a', 'b') : m);
      default -> messages.add(user("a ".repeat(random.nextInt(3_000))));
    }
  }

  private static long tokens(String body) {
    return body.chars().filter(c -> c == ' ').count();
  }
}
