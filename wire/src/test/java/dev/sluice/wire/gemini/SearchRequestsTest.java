package dev.sluice.wire.gemini;

import static dev.sluice.wire.conversation.Samples.assistant;
import static dev.sluice.wire.conversation.Samples.text;
import static dev.sluice.wire.conversation.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.ToolChoice.Mode;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.Golden;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How Gemini is asked to search, and what of a search it cannot be asked.
final class SearchRequestsTest {

  private static final Door DEVELOPER = new Door.Developer();
  private static final Door VERTEX = new Door.Vertex("a-project", "europe-west4");
  private static final String NEW_MODEL = "gemini-3-flash";
  private static final String OLD_MODEL = "gemini-2.5-flash";
  private static final Tool FUNCTION =
      new Tool.Function("T", null, Samples.json("{}"), false, null);

  private static Tool.WebSearch search(List<String> allowed, List<String> blocked) {
    return new Tool.WebSearch("web_search", "web_search_20250305", allowed, blocked, null, null);
  }

  private static Conversation asking(Mode mode, Tool... tools) {
    return asking(List.of(user(text("What is new?"))), mode, tools);
  }

  private static Conversation asking(List<Turn> turns, Mode mode, Tool... tools) {
    var choice = new ToolChoice(mode, mode == Mode.ONE ? "web_search" : "", true);
    return Samples.with(turns, List.of(tools), choice, Samples.PLAIN, Samples.UNSAID, null);
  }

  private static Map<String, Conversation> all() {
    var all = new LinkedHashMap<String, Conversation>();
    var plain = search(List.of(), List.of());
    var place = new Tool.UserLocation("Berlin", null, "DE", null);
    all.put("search", asking(Mode.AUTO, plain));
    all.put(
        "search-limited",
        asking(
            Mode.AUTO,
            new Tool.WebSearch(
                "web_search", "web_search_20260209", List.of(), List.of(), 8L, place)));
    all.put("search-forced", asking(Mode.ONE, plain));
    all.put("search-of-none", asking(Mode.NONE, plain));
    all.put("search-of-none-with-functions", asking(Mode.NONE, plain, FUNCTION));
    all.put("search-with-functions", asking(Mode.AUTO, plain, FUNCTION));
    all.put("search-of-some", asking(Mode.AUTO, search(List.of("a.test", "b.test"), List.of())));
    all.put("search-without-some", asking(Mode.AUTO, search(List.of(), List.of("a.test"))));
    all.put("search-without-a-path", asking(Mode.AUTO, search(List.of(), List.of("a.test/b"))));
    var page = new Page("https://a.test/1", "A", "sealed", "today");
    var turns =
        List.of(
            user(text("What is new?")),
            assistant(
                new Block.Search("srvtoolu_1", "news", null),
                new Block.Found("srvtoolu_1", List.of(page), null, null),
                text("Much.")),
            user(text("And else?")));
    all.put("search-before", asking(turns, Mode.AUTO, plain));
    all.put(
        "fetch",
        asking(
            Mode.AUTO,
            new Tool.WebFetch(
                "web_fetch", "web_fetch_20250910", List.of(), List.of(), null, null, false)));
    return all;
  }

  @Test
  void gemini_is_asked_as_the_golden_files_say() {
    var translator = new GeminiTranslator(DEVELOPER);
    Golden.check("gemini-search", translator, NEW_MODEL, all());
  }

  @Test
  void vertex_ai_is_asked_as_the_golden_files_say() {
    var translator = new GeminiTranslator(VERTEX);
    Golden.check("gemini-search-vertex", translator, OLD_MODEL, all());
  }

  @Test
  void an_answer_in_a_schema_goes_with_searches_at_newer_models_only() {
    var translator = new GeminiTranslator(DEVELOPER);
    var said =
        Samples.with(
            List.of(user(text("Hi."))),
            List.of(search(List.of(), List.of())),
            ToolChoice.UNSAID,
            Samples.PLAIN,
            Samples.UNSAID,
            Samples.json("{}"));
    assertThat(translator.request(said.of(NEW_MODEL)).untold()).contains("metadata.team");
    assertThatThrownBy(() -> translator.request(said.of(OLD_MODEL)))
        .isInstanceOfSatisfying(
            UntranslatableException.class,
            e -> assertThat(e.capability()).isEqualTo(Capability.STRUCTURED_OUTPUTS))
        .hasMessageContaining("a schema beside tools");
  }

  @Test
  void more_sites_than_google_takes_are_refused() {
    var many = new ArrayList<String>();
    for (int i = 0; i <= 2_000; i++) {
      many.add("a" + i + ".test");
    }
    var translator = new GeminiTranslator(VERTEX);
    var said = asking(Mode.AUTO, search(List.of(), many)).of(NEW_MODEL);
    assertThatThrownBy(() -> translator.request(said))
        .hasMessageContaining("2001 of them (expected: at most 2000)");
  }
}
