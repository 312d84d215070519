package dev.sluice.wire.openai.responses;

import static dev.sluice.wire.openai.Cases.assistant;
import static dev.sluice.wire.openai.Cases.of;
import static dev.sluice.wire.openai.Cases.text;
import static dev.sluice.wire.openai.Cases.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.ToolChoice.Mode;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.openai.Cases;
import dev.sluice.wire.openai.Golden;
import dev.sluice.wire.translate.SearchIds;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Searches of the web as OpenAI is asked for them, and told of them again.
final class SearchRequestTest {

  private static final List<Turn> ASKED = List.of(user(text("Search.")));
  private static final ToolChoice FORCED = new ToolChoice(Mode.ONE, "web_search", true);
  private static final Reasoning UNSAID = new Reasoning(Reasoning.Mode.UNSAID, 0, null);

  @TestFactory
  Stream<DynamicTest> each_search_is_its_golden_file() {
    Map<String, Conversation> all = new TreeMap<>();
    all.put("search", asking(ASKED, search(List.of(), List.of(), 8L), ToolChoice.UNSAID));
    all.put("search-forced", asking(ASKED, search(List.of("a.example"), List.of(), null), FORCED));
    all.put("search-told-again", told());
    return all.entrySet().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey(),
                    () ->
                        Golden.check(
                            "openai/responses",
                            one.getKey() + ".gpt-5.6",
                            ResponsesRequestTest.TRANSLATOR,
                            one.getValue().of("gpt-5.6"))));
  }

  private static Tool.WebSearch search(
      List<String> allowed, List<String> blocked, @Nullable Long uses) {
    var place = new Tool.UserLocation("Bern", null, "CH", "Europe/Zurich");
    return new Tool.WebSearch("web_search", "web_search_20250305", allowed, blocked, uses, place);
  }

  private static Conversation asking(List<Turn> turns, Tool tool, ToolChoice choice) {
    return Cases.of(turns, List.of(tool), choice, settings(), UNSAID, null);
  }

  private static Conversation.Settings settings() {
    return new Conversation.Settings(1000L, null, null, null, List.of(), null);
  }

  /// Its own searches, one that failed, one that broke off, and one of somebody else.
  private static Conversation told() {
    var own = SearchIds.told(Cases.ORIGIN, "ws_1");
    var opened = SearchIds.told(Cases.ORIGIN, "ws_2");
    var failed = SearchIds.told(Cases.ORIGIN, "ws_3");
    var cut = SearchIds.told(Cases.ORIGIN, "ws_4");
    var page = new Page("https://example.com/a", "A", "sluice.x.", "a day ago");
    return of(
        user(text("Search.")),
        assistant(
            new Block.Search(own, "envoy", null),
            new Block.Found(own, List.of(page), null, null),
            new Block.Search(opened, "https://example.com/a", null),
            new Block.Found(opened, List.of(page), null, null),
            new Block.Search(failed, "redis", null),
            new Block.Found(failed, List.of(), "unavailable", null),
            new Block.Search(cut, "lua", null),
            text("Found.")),
        user(text("More.")),
        assistant(
            new Block.Search("srvtoolu_1", "java", null),
            new Block.Found("srvtoolu_1", List.of(page), null, null),
            new Block.Search("srvtoolu_2", "c", null),
            new Block.Found("srvtoolu_2", List.of(), "max_uses_exceeded", null),
            text("Found.")),
        user(text("Well?")));
  }

  @Test
  void what_another_found_is_told_without_its_seal() {
    var body = body(told().of("gpt-5.6"));
    assertThat(body).contains("java", "https://example.com/a").doesNotContain("sluice.x.");
  }

  private static String body(Conversation asked) {
    var outgoing = ResponsesRequestTest.TRANSLATOR.request(asked);
    return new String(outgoing.body(), StandardCharsets.UTF_8);
  }

  @Test
  void what_openai_cannot_be_told_of_a_search_is_refused() {
    refuses(
        asking(ASKED, search(List.of(), List.of("b.example"), 1L), FORCED).of("gpt-5.6"),
        "tools.blocked_domains: 1 (expected: none; this provider takes allowed_domains only)");
    refuses(
        asking(ASKED, search(List.of(), List.of(), 1L), FORCED).of("gpt-4.1-nano"),
        "tools: web_search of type web_search_20250305 (expected: tools with an input_schema)");
    var fetch =
        new Tool.WebFetch(
            "web_fetch", "web_fetch_20250910", List.of(), List.of(), null, null, false);
    refuses(
        asking(ASKED, fetch, ToolChoice.UNSAID).of("gpt-5.6"),
        "tools: web_fetch of type web_fetch_20250910 (expected: tools with an input_schema)");
  }

  private static void refuses(Conversation asked, String message) {
    assertThatThrownBy(() -> ResponsesRequestTest.TRANSLATOR.request(asked))
        .isInstanceOf(UntranslatableException.class)
        .hasMessage(message);
  }

  @Test
  void a_model_that_hardly_thinks_does_not_search_and_so_thinks_a_little() {
    var off = new Reasoning(Reasoning.Mode.OFF, 0, null);
    var tools = List.<Tool>of(search(List.of(), List.of(), 1L));
    var asked = Cases.of(ASKED, tools, ToolChoice.UNSAID, settings(), off, null).of("gpt-5-mini");
    assertThat(body(asked)).contains("\"effort\":\"low\"");
    assertThat(ResponsesRequestTest.TRANSLATOR.request(asked).untold()).contains("effort");
  }
}
