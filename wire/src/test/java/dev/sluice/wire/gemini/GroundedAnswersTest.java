package dev.sluice.wire.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.Answers;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.Seal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Answers that rest on what Google found.
final class GroundedAnswersTest {

  private static final String USAGE =
      """
      {"promptTokenCount":10,"toolUsePromptTokenCount":7,"candidatesTokenCount":20}""";

  private static final String FINDS =
      """
      "searchEntryPoint":{"renderedContent":"<div>"},"webSearchQueries":["sun","rain"],\
      "groundingChunks":[{"web":{"uri":"https://g.test/1","title":"a.test"}},\
      {"web":{"uri":"https://g.test/2","title":"b.test"}}]""";

  private static final String SUPPORTS =
      """
      "groundingSupports":[{"segment":{"endIndex":7,"text":"Schön."},"groundingChunkIndices":[0]},\
      {"segment":{"startIndex":8,"endIndex":13,"text":"Dry, "},"groundingChunkIndices":[0,1]}]""";

  private static final Page A = new Page("https://g.test/1", "a.test", null, null);
  private static final Page B = new Page("https://g.test/2", "b.test", null, null);
  private static final Cited OF_A = new Cited(new Citation.Web(A.url(), "a.test", "", null));
  private static final Cited OF_B = new Cited(new Citation.Web(B.url(), "b.test", "", null));

  private static AnswerDecoder decoder() {
    return new GeminiTranslator(new Door.Developer()).answer(new Expected(true, Map.of()));
  }

  private static String chunk(String parts, String more) {
    return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
        + parts
        + "]}"
        + more
        + "}],\"usageMetadata\":"
        + USAGE
        + ",\"modelVersion\":\"gemini-3-flash\",\"responseId\":\"r1\"}";
  }

  private static String metadata(String members) {
    return ",\"groundingMetadata\":{" + members + "}";
  }

  private static final byte[] STREAM =
      ("data: "
              + chunk("{\"text\":\"Schön.\"}", "")
              + "\n\ndata: "
              + chunk("{\"text\":\" Dry, warm.\"}", metadata(FINDS))
              + "\n\ndata: "
              + chunk("{\"text\":\"\"}", ",\"finishReason\":\"STOP\"" + metadata(SUPPORTS))
              + "\n\n")
          .getBytes(StandardCharsets.UTF_8);

  private static List<AnswerEvent> searches() {
    return List.of(
        new SearchOpened("r1_0"),
        new InputGrown("{\"query\":\"sun\"}"),
        new Closed(),
        new FoundOpened("r1_0", List.of(), null),
        new Closed(),
        new SearchOpened("r1_1"),
        new InputGrown("{\"query\":\"rain\"}"),
        new Closed(),
        new FoundOpened("r1_1", List.of(A, B), null),
        new Closed());
  }

  private static Ended ended(long searches) {
    var tokens = new Tokens(17, 20, 0, 0, 0, searches);
    return new Ended(StopReason.END_TURN, null, tokens, Samples.json(USAGE));
  }

  @Test
  void a_stream_tells_its_searches_and_citations_behind_the_text() {
    var expected = new ArrayList<AnswerEvent>();
    expected.add(new Begun("r1", "gemini-3-flash", new Tokens(17, 20, 0, 0, 0, 0)));
    expected.addAll(
        List.of(new TextOpened(), new TextGrown("Schön."), new TextGrown(" Dry, warm.")));
    expected.addAll(List.of(OF_A, OF_B, new Closed()));
    expected.addAll(searches());
    expected.add(ended(2));
    assertThat(Answers.everyWay(GroundedAnswersTest::decoder, STREAM)).isEqualTo(expected);
  }

  @Test
  void a_whole_answer_has_its_searches_first_and_each_citation_at_its_place() {
    var signed = "{\"text\":\"Schön. Dry, warm.\",\"thoughtSignature\":\"c2ln\"}";
    var answer =
        chunk(
            "{\"text\":\"Hm.\",\"thought\":true}," + signed,
            ",\"finishReason\":\"STOP\"" + metadata(FINDS + "," + SUPPORTS));
    var events =
        Answers.everyWay(GroundedAnswersTest::decoder, answer.getBytes(StandardCharsets.UTF_8));
    var expected = new ArrayList<AnswerEvent>();
    expected.add(new ThinkingOpened());
    expected.add(new ThinkingGrown("Hm."));
    expected.add(new Signed(Seal.seal(GeminiTranslator.ORIGIN, null)));
    expected.add(new Closed());
    expected.addAll(searches());
    expected.add(new ThinkingOpened());
    expected.add(new Signed(Seal.seal(GeminiTranslator.ORIGIN, "c2ln")));
    expected.add(new Closed());
    expected.addAll(List.of(new TextOpened(), new TextGrown("Schön. "), OF_A, new Closed()));
    expected.addAll(List.of(new TextOpened(), new TextGrown("Dry, "), OF_A, OF_B, new Closed()));
    expected.addAll(List.of(new TextOpened(), new TextGrown("warm."), new Closed()));
    expected.add(ended(2));
    assertThat(events.subList(1, events.size())).isEqualTo(expected);
  }

  @Test
  void text_over_several_parts_is_one() {
    var parts = "{\"text\":\"Schö\"},{\"text\":\"n. Dry, \"},{\"text\":\"warm.\"}";
    var answer =
        chunk(parts, ",\"finishReason\":\"STOP\"" + metadata(FINDS + "," + SUPPORTS))
            .getBytes(StandardCharsets.UTF_8);
    var text = new StringBuilder();
    var blocks = 0;
    for (var event : Answers.everyWay(GroundedAnswersTest::decoder, answer)) {
      if (event instanceof TextGrown(var more)) {
        text.append(more).append('|');
        blocks++;
      }
    }
    assertThat(text).hasToString("Schön. |Dry, |warm.|");
    assertThat(blocks).isEqualTo(3);
  }

  @Test
  void an_older_model_is_charged_by_the_prompt() {
    var stream =
        new String(STREAM, StandardCharsets.UTF_8)
            .replace("gemini-3-flash", "gemini-2.5-flash")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Answers.whole(decoder(), stream))
        .contains(new SearchOpened("r1_1"))
        .endsWith(ended(1));
  }

  @Test
  void an_answer_without_a_word_still_tells_its_searches() {
    for (var parts : List.of("", "{\"text\":\"\"}")) {
      var answer =
          chunk(parts, ",\"finishReason\":\"STOP\"" + metadata(FINDS))
              .getBytes(StandardCharsets.UTF_8);
      var events = Answers.everyWay(GroundedAnswersTest::decoder, answer);
      assertThat(events.subList(1, events.size() - 1)).isEqualTo(searches());
    }
  }

  @Test
  void what_is_not_searched_tells_no_search() {
    var answer =
        chunk("{\"text\":\"Hi.\"}", ",\"finishReason\":\"STOP\"" + metadata(""))
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Answers.everyWay(GroundedAnswersTest::decoder, answer))
        .containsSubsequence(new TextOpened(), new TextGrown("Hi."), new Closed(), ended(0))
        .hasSize(5);
  }

  @Test
  void an_answer_that_is_cut_has_failed_and_tells_no_search() {
    for (int cut = 0; cut < STREAM.length - 6; cut++) {
      var events = Answers.whole(decoder(), Arrays.copyOf(STREAM, cut));
      Answers.checkOrder(events);
      assertThat(events.getLast()).as("cut at %d", cut).isInstanceOf(Failed.class);
      assertThat(events).noneMatch(SearchOpened.class::isInstance);
    }
  }
}
