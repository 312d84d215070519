package dev.sluice.wire.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.gemini.Grounding.Passage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an answer rests on, and where.
final class GroundingTest {

  private static final Citation.Web A = new Citation.Web("https://a.test", "a", "", null);
  private static final Citation.Web B = new Citation.Web("https://b.test", "b", "", null);

  private static final String FINDS =
      """
      'groundingChunks':[{'web':{'uri':'https://a.test','title':'a'}},\
      {'retrievedContext':{'uri':'gs://mine'}},\
      {'web':{'uri':'https://b.test','title':'b','domain':'b.test'}}]""";

  private static Grounding read(String... metadata) {
    var grounding = new Grounding();
    for (var each : metadata) {
      grounding.read(Samples.json("{" + each.replace('\'', '"') + "}"));
    }
    return grounding;
  }

  private static String supports(String... supports) {
    return FINDS + ",'groundingSupports':[" + String.join(",", supports) + "]";
  }

  private static String support(int start, int end, String text, String indices) {
    var place = (start == 0 ? "" : "'startIndex':" + start + ",") + "'endIndex':" + end;
    var said = text.isEmpty() ? "" : ",'text':'" + text + "'";
    return "{'segment':{" + place + said + "},'groundingChunkIndices':[" + indices + "]}";
  }

  @Test
  void places_are_bytes_and_a_gap_goes_with_the_words_before_it() {
    var supports = supports(support(0, 7, "Schön.", "0"), support(8, 17, "Warm 😀", "0,2"));
    assertThat(read(supports).passages("Schön. Warm 😀 Ja."))
        .containsExactly(
            new Passage("Schön. ", List.of(A)),
            new Passage("Warm 😀", List.of(A, B)),
            new Passage(" Ja.", List.of()));
  }

  @Test
  void words_between_two_supports_have_none() {
    var grounding = read(supports(support(0, 4, "One.", "0"), support(10, 16, "Three.", "2")));
    assertThat(grounding.passages("One. Two. Three. Four."))
        .containsExactly(
            new Passage("One.", List.of(A)),
            new Passage(" Two. ", List.of()),
            new Passage("Three.", List.of(B)),
            new Passage(" Four.", List.of()));
  }

  @Test
  void supports_that_overlap_share_no_word() {
    var grounding =
        read(supports(support(0, 8, "", "0"), support(0, 8, "", "2"), support(4, 13, "", "2")));
    assertThat(grounding.passages("One, two, three."))
        .containsExactly(
            new Passage("One, two", List.of(A, B)),
            new Passage(", thr", List.of(B)),
            new Passage("ee.", List.of()));
  }

  @ParameterizedTest
  @CsvSource({"2, 5, ''", "0, 99, ''", "0, 4, Two.", "5, 2, ''", "-3, 4, ''"})
  void what_stands_elsewhere_than_it_says_is_of_the_last_passage(int start, int end, String text) {
    var grounding = read(supports(support(0, 3, "Ö.", "2"), support(start, end, text, "0")));
    assertThat(grounding.passages("Ö. ö."))
        .containsExactly(new Passage("Ö.", List.of(B)), new Passage(" ö.", List.of(A)));
  }

  @Test
  void what_is_told_over_several_chunks_is_put_together_or_told_again() {
    var first =
        "'webSearchQueries':['q','','r'],'groundingChunks':[{'web':{'uri':'https://a.test'}}]";
    var more = "'webSearchQueries':['q'],'groundingChunks':[{'web':{'uri':'https://b.test'}}]";
    var parts = read(first, more);
    assertThat(parts.queries()).containsExactly("q", "r");
    assertThat(parts.pages())
        .extracting(Page::url)
        .containsExactly("https://a.test", "https://b.test");
    assertThat(read(first, first, first).pages()).hasSize(1);
    assertThat(read(FINDS, FINDS + ",'groundingSupports':[]").pages()).hasSize(2);
  }

  @Test
  void a_search_without_words_is_one_search() {
    assertThat(read(FINDS).queries()).containsExactly("");
    assertThat(read("").searched()).isFalse();
    assertThat(read("'searchEntryPoint':{},'webSearchQueries':['']").searched()).isFalse();
    assertThat(read("").queries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-3-flash, 2",
    "gemini-flash-latest, 2",
    "gemini-4-argon, 2",
    "'', 2",
    "gemini-2.5-pro, 1",
    "gemini-2.0-flash, 1"
  })
  void google_charges_a_query_once_and_before_gemini_3_the_prompt(String model, long searches) {
    assertThat(read("'webSearchQueries':['q','r','q','']").charged(model)).isEqualTo(searches);
    assertThat(read("").charged(model)).isZero();
  }

  @Test
  void no_word_is_lost_and_no_passage_is_blank() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      var text = text(random);
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      var supports = new String[random.nextInt(6)];
      for (int i = 0; i < supports.length; i++) {
        int start = random.nextInt(bytes + 2);
        supports[i] = support(start, start + random.nextInt(bytes + 2), "", "0,1,2,3,-1");
      }
      var passages = read(supports(supports)).passages(text);
      var because = "seed " + seed + ", " + text + ", " + List.of(supports);
      assertThat(passages.stream().map(Passage::text).collect(Collectors.joining()))
          .as(because)
          .isEqualTo(text);
      assertThat(passages)
          .as(because)
          .noneMatch(passage -> passage.text().isBlank() && !text.isBlank());
      assertThat(passages.stream().anyMatch(passage -> passage.citations().contains(B)))
          .as(because)
          .isEqualTo(supports.length > 0);
    }
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(List.of("a", "ö", "€", "😀", " ", "\n").get(random.nextInt(6)));
    }
    return text.toString();
  }

  @Test
  void what_is_told_too_often_ends() {
    var many = new StringBuilder("'webSearchQueries':['q0'");
    for (int i = 1; i < 3_000; i++) {
      many.append(",'q").append(i).append('\'');
    }
    assertThat(read(many + "]").queries()).hasSize(1_000);
    var supports = new String[2_000];
    for (int i = 0; i < supports.length; i++) {
      supports[i] = support(i, i + 1, "", "0,2");
    }
    var passages = read(supports(supports)).passages("x".repeat(3_000));
    assertThat(passages.stream().mapToInt(passage -> passage.citations().size()).sum())
        .isEqualTo(1_000);
  }
}
