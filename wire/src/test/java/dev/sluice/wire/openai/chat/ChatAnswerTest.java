package dev.sluice.wire.openai.chat;

import static dev.sluice.wire.openai.chat.Chunks.DONE;
import static dev.sluice.wire.openai.chat.Chunks.data;
import static dev.sluice.wire.openai.chat.Chunks.delta;
import static dev.sluice.wire.openai.chat.Chunks.finish;
import static dev.sluice.wire.openai.chat.Chunks.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.openai.Answers;
import dev.sluice.wire.openai.Quirks.Reasoning;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChatAnswerTest {

  private static final String USAGE =
      "'usage':{'prompt_tokens':100,'completion_tokens':7,'total_tokens':107,"
          + "'prompt_tokens_details':{'cached_tokens':40}}";

  @Test
  void tells_text_and_counts_the_cached_part_apart() {
    assertThat(
            lines(
                delta("{'role':'assistant','content':''}")
                    + delta("{'content':'Hel'}")
                    + delta("{'content':'lo ü'}")
                    + finish("stop")
                    + data("{'id':'a1','choices':[]," + USAGE + "}")
                    + DONE))
        .containsExactly(
            "begun a1 m", "text Hello ü", "ended END_TURN in 60 out 7 read 40 write 0");
  }

  @Test
  void keeps_the_usage_as_it_was_told() {
    var events =
        events(delta("{'content':'x'}") + finish("stop") + data("{'choices':[]," + USAGE + "}"));
    assertThat(((Ended) events.getLast()).usage().path("prompt_tokens").asInt()).isEqualTo(100);
  }

  @Test
  void tells_reasoning_before_text_even_out_of_one_chunk() {
    assertThat(
            lines(
                delta("{'reasoning_content':'Hm','content':null}")
                    + delta("{'reasoning_content':'m.','content':'So'}")
                    + delta("{'reasoning':'Again.'}")
                    + finish("stop")
                    + DONE))
        .containsExactly(
            "begun a1 m", "thinking Hmm.", "text So", "thinking Again.", "ended END_TURN");
  }

  @Test
  void reads_streams_without_spaces_with_comments_with_carriage_returns_and_without_an_end() {
    var stream = ": hello\n\n" + delta("{'content':'x'}") + finish("stop");
    var plain = lines(stream + DONE);
    assertThat(plain).containsExactly("begun a1 m", "text x", "ended END_TURN");
    assertThat(lines(stream)).isEqualTo(plain);
    assertThat(lines(stream.stripTrailing())).isEqualTo(plain);
    assertThat(lines(stream.replace("data: ", "data:"))).isEqualTo(plain);
    assertThat(lines(stream.replace("\n", "\r\n"))).isEqualTo(plain);
    assertThat(lines(stream.replace("\n", "\r"))).isEqualTo(plain);
    assertThat(lines("\n\n" + stream.replace("data:", "event: chunk\ndata:"))).isEqualTo(plain);
  }

  @Test
  void finds_the_usage_wherever_it_is() {
    var groq = "'x_groq':{" + USAGE + "},";
    for (var member : List.of(USAGE + ",", groq)) {
      assertThat(
              lines(
                  delta("{'content':'x'}")
                      + data(
                          "{'id':'a1',"
                              + member
                              + "'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}")))
          .last()
          .isEqualTo("ended END_TURN in 60 out 7 read 40 write 0");
    }
    assertThat(
            lines(
                delta("{'content':'x'}")
                    + data(
                        "{'choices':[{'index':0,'delta':{},'finish_reason':'stop',"
                            + USAGE
                            + "}]}")))
        .last()
        .isEqualTo("ended END_TURN in 60 out 7 read 40 write 0");
  }

  @Test
  void counts_thinking_that_only_the_total_counts() {
    var usage = "'usage':{'prompt_tokens':10,'completion_tokens':5,'total_tokens':45}";
    assertThat(
            lines(delta("{'content':'x'}") + finish("stop") + data("{'choices':[]," + usage + "}")))
        .last()
        .isEqualTo("ended END_TURN in 10 out 35 read 0 write 0");
  }

  @Test
  void ends_for_the_reason_that_the_provider_gives() {
    assertThat(ended("stop")).isEqualTo("ended END_TURN");
    assertThat(ended("length")).isEqualTo("ended MAX_TOKENS");
    assertThat(ended("content_filter")).isEqualTo("ended REFUSAL");
    assertThat(ended("model_length")).isEqualTo("ended CONTEXT_FULL");
    assertThat(ended("tool_calls")).isEqualTo("ended END_TURN");
    assertThat(ended("eos")).isEqualTo("ended END_TURN");
    assertThat(ended("error")).isEqualTo("failed SERVER");
    assertThat(ended("insufficient_system_resource")).isEqualTo("failed OVERLOADED");
  }

  private static String ended(String reason) {
    return lines(delta("{'content':'x'}") + finish(reason) + DONE).getLast();
  }

  @Test
  void tells_which_text_stopped_it_where_the_provider_does() {
    assertThat(
            lines(
                delta("{'content':'x'}")
                    + data(
                        "{'choices':[{'index':0,'delta':{},'finish_reason':'stop',"
                            + "'stop_reason':'END'}]}")))
        .last()
        .isEqualTo("ended STOP_SEQUENCE END");
  }

  @Test
  void a_refusal_is_text_and_the_reason() {
    assertThat(lines(delta("{'refusal':'I can'}") + delta("{'refusal':'not.'}") + finish("stop")))
        .containsExactly("begun a1 m", "text I cannot.", "ended REFUSAL");
  }

  @Test
  void content_can_be_a_list_of_parts() {
    assertThat(
            lines(
                delta(
                        "{'content':[{'type':'thinking','thinking':[{'type':'text',"
                            + "'text':'Hm.'}]},{'type':'text','text':'So.'}]}")
                    + finish("stop")))
        .containsExactly("begun a1 m", "thinking Hm.", "text So.", "ended END_TURN");
  }

  @Test
  void takes_thinking_out_of_the_text_where_it_stands_between_tags() {
    var answer =
        delta("{'content':'\\n<thi'}")
            + delta("{'content':'nk>Hm <b> </th'}")
            + delta("{'content':'ink>'}")
            + delta("{'content':'\\n'}")
            + delta("{'content':'\\nSo <think>.'}")
            + finish("stop");
    assertThat(Answers.lines(ChatAnswerTest::tagged, answer))
        .containsExactly("begun a1 m", "thinking Hm <b> ", "text So <think>.", "ended END_TURN");
    assertThat(Answers.lines(ChatAnswerTest::tagged, delta("{'content':'<thi'}") + finish("stop")))
        .contains("text <thi");
    assertThat(
            Answers.lines(
                ChatAnswerTest::tagged, delta("{'content':'<think>x</'}") + finish("length")))
        .containsExactly("begun a1 m", "thinking x</", "ended MAX_TOKENS");
  }

  private static AnswerDecoder tagged() {
    return new ChatDecoder(Reasoning.THINK_TAGS, new Expected(true, Map.of()));
  }

  @Test
  void an_error_in_the_middle_fails_in_the_clients_words() {
    assertThat(
            lines(delta("{'content':'x'}") + data("{'error':{'message':'a','code':429}}") + DONE))
        .containsExactly("begun a1 m", "failed RATE_LIMIT");
    assertThat(lines("event: error\n" + data("{'message':'busy','type':'overloaded_error'}")))
        .containsExactly("failed OVERLOADED");
    assertThat(lines(data("{'error':'it broke'}"))).containsExactly("failed SERVER");
    assertThat(lines("data: {broken\n\n")).containsExactly("failed SERVER");
  }

  @Test
  void an_error_beside_an_answer_or_with_a_good_status_fails() {
    assertThat(lines(json("{'choices':null,'base_resp':{'status_code':1002,'status_msg':'slow'}}")))
        .containsExactly("failed RATE_LIMIT");
    var fine = ",'base_resp':{'status_code':0,'status_msg':'unknown field'}}";
    assertThat(
            lines(delta("{'content':'x'}").replace("}\n\n", json(fine) + "\n\n") + finish("stop")))
        .containsExactly("begun a1 m", "text x", "ended END_TURN");
  }

  @Test
  void a_stream_that_ends_with_the_whole_message_tells_it_once() {
    var call = "'tool_calls':[{'index':0,'id':'c1','function':{'name':'A','arguments':'{}'}}]";
    assertThat(
            lines(
                delta("{'role':'','content':'Hi','reasoning_content':''}")
                    + delta("{" + call + "}")
                    + finish("tool_calls")
                    + data(
                        "{'id':'a1','object':'chat.completion','choices':[{'index':0,'message':"
                            + "{'role':'assistant','content':'Hi',"
                            + call
                            + "},'finish_reason':'tool_calls'}],"
                            + USAGE
                            + "}")))
        .containsExactly(
            "begun a1 m", "text Hi", "call c1 A {}", "ended TOOL_USE in 60 out 7 read 40 write 0");
  }

  @Test
  void a_part_that_has_the_message_so_far_beside_it_is_told_once() {
    var chunk =
        "{'id':'a1','model':'m','choices':[{'index':0,'delta':{'content':'%s'},"
            + "'message':{'role':'assistant','content':'%s'}}]}";
    assertThat(
            lines(
                data(chunk.formatted("Hi", "Hi"))
                    + data(chunk.formatted(" you", "Hi you"))
                    + finish("stop")))
        .containsExactly("begun a1 m", "text Hi you", "ended END_TURN");
  }

  @Test
  void an_answer_that_breaks_off_or_says_nothing_fails() {
    assertThat(lines(delta("{'content':'x'}")).getLast()).isEqualTo("failed SERVER");
    assertThat(lines("")).containsExactly("failed SERVER");
    assertThat(lines(DONE)).containsExactly("failed SERVER");
    assertThat(lines("<html>Bad gateway</html>")).containsExactly("failed SERVER");
  }

  @Test
  void ends_at_the_usage_after_the_end_without_waiting() {
    var decoder = plain();
    var bytes =
        (delta("{'content':'x'}") + finish("stop") + data("{'choices':[]," + USAGE + "}"))
            .getBytes(StandardCharsets.UTF_8);
    assertThat(decoder.read(bytes, 0, bytes.length).getLast()).isInstanceOf(Ended.class);
    assertThat(decoder.read(bytes, 0, bytes.length)).isEmpty();
  }

  @Test
  void reads_a_whole_answer_as_well() {
    assertThat(
            lines(
                json(
                    "{'id':'a1','model':'m','choices':[{'index':0,'message':{'role':'assistant',"
                        + "'content':'Hi','reasoning_content':'Hm','tool_calls':["
                        + "{'id':'c1','function':{'name':'A','arguments':'{}'}},"
                        + "{'id':'c1','function':{'name':'B','arguments':'{}'}}]},"
                        + "'finish_reason':'tool_calls'}],"
                        + USAGE
                        + "}")))
        .containsExactly(
            "begun a1 m",
            "thinking Hm",
            "text Hi",
            "call c1 A {}",
            "call c1_1 B {}",
            "ended TOOL_USE in 60 out 7 read 40 write 0");
    assertThat(lines(json("{'error':{'message':'no','type':'server_error'}}")))
        .containsExactly("failed SERVER");
  }

  @Test
  void an_event_without_an_end_fails_at_its_limit() {
    var decoder = plain();
    var events = new ArrayList<AnswerEvent>();
    var part = "data: x".repeat(1 << 17);
    for (int i = 0; i < 40 && events.isEmpty(); i++) {
      feed(decoder, events, part);
    }
    assertThat(events).hasSize(1).first().isInstanceOf(Failed.class);
  }

  private static void feed(AnswerDecoder decoder, List<AnswerEvent> events, String part) {
    var bytes = part.getBytes(StandardCharsets.UTF_8);
    events.addAll(decoder.read(bytes, 0, bytes.length));
  }

  private static AnswerDecoder plain() {
    return new ChatDecoder(Reasoning.NONE, new Expected(true, Map.of()));
  }

  private static List<AnswerEvent> events(String body) {
    return Answers.events(ChatAnswerTest::plain, body);
  }

  private static List<String> lines(String body) {
    return Answers.lines(ChatAnswerTest::plain, body);
  }
}
