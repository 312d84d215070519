package dev.sluice.wire.openai.chat;

import static dev.sluice.wire.openai.chat.Chunks.DONE;
import static dev.sluice.wire.openai.chat.Chunks.data;
import static dev.sluice.wire.openai.chat.Chunks.delta;
import static dev.sluice.wire.openai.chat.Chunks.finish;
import static dev.sluice.wire.openai.chat.Chunks.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.openai.Answers;
import dev.sluice.wire.openai.Quirks.Reasoning;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every answer is cut at every byte.
final class SourcesTest {

  private static final String ANNOTATION =
      "{'type':'url_citation','url_citation':{'url':'%s','title':'%s','start_index':0,"
          + "'end_index':4}}";

  private static String cites(String url, String title) {
    return " cites " + new Citation.Web(url, title, "", null);
  }

  private static List<String> lines(String body) {
    return Answers.lines(() -> new ChatDecoder(Reasoning.NONE, new Expected(true, Map.of())), body);
  }

  @Test
  void annotations_of_a_stream_are_told_of_the_texts_end_wherever_they_come() {
    var a = ANNOTATION.formatted("https://a.test", "Ä");
    var b = ANNOTATION.formatted("https://b.test", "B");
    var last =
        data(
            "{'id':'a1','choices':[{'index':0,'delta':{},'annotations':["
                + b
                + "],'finish_reason':null}]}");
    assertThat(
            lines(
                delta("{'content':'On','annotations':[" + a + "]}")
                    + delta("{'content':'e.','annotations':[" + a + "]}")
                    + last
                    + finish("stop")
                    + DONE))
        .containsExactly(
            "begun a1 m",
            "text One." + cites("https://a.test", "Ä") + cites("https://b.test", "B"),
            "ended END_TURN");
  }

  @Test
  void annotations_of_a_whole_answer_are_told() {
    assertThat(
            lines(
                json(
                    "{'id':'a1','model':'m','choices':[{'index':0,'finish_reason':'stop',"
                        + "'message':{'content':'One.','annotations':["
                        + ANNOTATION.formatted("https://a.test", "A")
                        + ",{'type':'file','file':{'hash':'x'}}]}}]}")))
        .containsExactly(
            "begun a1 m", "text One." + cites("https://a.test", "A"), "ended END_TURN");
  }

  @Test
  void addresses_and_results_beside_the_message_are_one_list() {
    var beside =
        "'citations':['https://a.test','https://b.test'],"
            + "'search_results':[{'title':'A','url':'https://a.test','date':null}],";
    var chunk = "{'id':'a1','model':'m'," + beside + "'choices':[{'index':0,'delta':%s%s}]}";
    assertThat(
            lines(
                data(chunk.formatted("{'content':'One [1].'}", ""))
                    + data(chunk.formatted("{}", ",'finish_reason':'stop'"))))
        .containsExactly(
            "begun a1 m",
            "text One [1]." + cites("https://a.test", "A") + cites("https://b.test", ""),
            "ended END_TURN");
  }

  @Test
  void what_says_nothing_cites_nothing() {
    assertThat(
            lines(
                json(
                    "{'id':'a1','model':'m','citations':['https://a.test'],'choices':[{'index':0,"
                        + "'finish_reason':'stop','message':{'content':''}}]}")))
        .containsExactly("begun a1 m", "ended END_TURN");
  }
}
