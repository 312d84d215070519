package dev.sluice.wire.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.openai.Answers;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Answers with searches of the web, cut at every byte.
final class SearchAnswerTest {

  private static final Path SEEDS = Path.of("src/test/resources/fuzz/responses");
  private static final List<String> TOLD =
      List.of(
          "begun resp_1 gpt-5.6",
          "thinking Hm. signed rs_1.gAAA",
          "search ws_1 {\"query\":\"envoy proxy\"}",
          "found ws_1 [Page[url=https://example.com/a, title=, sealed=null, age=null],"
              + " Page[url=https://example.com/b, title=, sealed=null, age=null]]",
          "search ws_2 {\"query\":\"https://example.com/a\"}",
          "found ws_2 [Page[url=https://example.com/a, title=, sealed=null, age=null]]",
          "search ws_3 {\"query\":\"one, two\"}",
          "found ws_3 unavailable",
          "text It is a 😀 proxy (a). cites Web[url=https://example.com/a, title=A, quoted=,"
              + " sealed=null] cites Web[url=https://example.com/b, title=B, quoted=, sealed=null]",
          "text  And more.",
          "ended END_TURN in 60 out 7 read 40 write 0");

  @Test
  void tells_searches_and_what_the_text_rests_on() throws IOException {
    assertThat(lines("searched.sse")).isEqualTo(TOLD);
    assertThat(lines("searched.json")).isEqualTo(TOLD);
  }

  private static List<String> lines(String seed) throws IOException {
    return Answers.lines(SearchAnswerTest::decoder, Files.readString(SEEDS.resolve(seed)));
  }

  private static ResponsesDecoder decoder() {
    return new ResponsesDecoder(new Expected(true, Map.of()));
  }

  @Test
  void counts_what_is_billed_as_it_is_told() throws IOException {
    var told = Files.readString(SEEDS.resolve("searched.json"));
    assertThat(searches(told)).isEqualTo(1);
  }

  /// A page that is opened is an item too, and costs nothing.
  @Test
  void counts_the_searches_among_the_items_where_nothing_is_told() throws IOException {
    var told = Files.readString(SEEDS.resolve("searched.json"));
    assertThat(searches(told.replace("num_requests", "other"))).isEqualTo(2);
  }

  private static long searches(String answer) {
    var last = Answers.events(SearchAnswerTest::decoder, answer).getLast();
    assertThat(last).isInstanceOf(Ended.class);
    return Objects.requireNonNull(((Ended) last).tokens()).webSearches();
  }

  @Test
  void indices_beyond_the_text_are_its_end() {
    var answer =
        """
        {'id':'r','output':[{'type':'message','content':[{'type':'output_text','text':'Hi',\
        'annotations':[{'type':'url_citation','url':'u','end_index':99},\
        {'type':'url_citation','url':'v','end_index':-5},\
        {'type':'file_citation','file_id':'f'}]}]}]}"""
            .replace('\'', '"');
    assertThat(Answers.lines(SearchAnswerTest::decoder, answer))
        .containsExactly(
            "begun r ", "text Hi cites Web[url=u, title=, quoted=, sealed=null]", "ended END_TURN");
  }
}
