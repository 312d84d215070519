package dev.sluice.wire.openai.chat;

import static dev.sluice.wire.openai.chat.Chunks.DONE;
import static dev.sluice.wire.openai.chat.Chunks.call;
import static dev.sluice.wire.openai.chat.Chunks.delta;
import static dev.sluice.wire.openai.chat.Chunks.finish;
import static dev.sluice.wire.openai.chat.Chunks.fragment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.openai.Answers;
import dev.sluice.wire.openai.BlockQueue;
import dev.sluice.wire.openai.Quirks.Reasoning;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChatCallsTest {

  @Test
  void tells_parallel_calls_one_after_the_other_though_their_fragments_mix() {
    assertThat(
            lines(
                delta("{'content':'Both.'}")
                    + call(0, "c1", "Read", "")
                    + call(0, "", "", "{\\\"a\\\":")
                    + call(1, "c2", "Grep", "")
                    + call(1, "", "", "{\\\"b\\\":")
                    + call(0, "", "", "1}")
                    + call(1, "", "", "2}")
                    + delta("{'content':'After.'}")
                    + finish("tool_calls")
                    + DONE))
        .containsExactly(
            "begun a1 m",
            "text Both.",
            "call c1 Read {\"a\":1}",
            "call c2 Grep {\"b\":2}",
            "text After.",
            "ended TOOL_USE");
  }

  @Test
  void a_new_id_begins_a_new_call_where_the_index_is_missing_or_always_0() {
    for (var index : new String[] {"", "'index':0,"}) {
      assertThat(
              lines(
                  fragment(index + "'id':'c1','function':{'name':'Read','arguments':'{'}")
                      + fragment(index + "'function':{'arguments':'}'}")
                      + fragment(index + "'id':'c2','function':{'name':'Read','arguments':'{}'}")
                      + finish("stop")
                      + DONE))
          .containsExactly("begun a1 m", "call c1 Read {}", "call c2 Read {}", "ended TOOL_USE");
    }
  }

  @Test
  void ids_and_names_that_are_told_again_or_as_nothing_belong_to_the_same_call() {
    for (var later : new String[] {"'id':'0',", "'id':'',", "'id':null,", ""}) {
      for (var name : new String[] {"'name':'',", "'name':null,", ""}) {
        for (var index : new String[] {"", "'index':null,", "'index':0,"}) {
          assertThat(
                  lines(
                      fragment(index + "'id':'0','function':{'name':'Read','arguments':''}")
                          + fragment(index + later + "'function':{" + name + "'arguments':'{'}")
                          + fragment(index + later + "'function':{'name':null,'arguments':null}")
                          + fragment(index + later + "'function':{" + name + "'arguments':'}'}")
                          + finish("tool_calls")
                          + DONE))
              .as(index + later + name)
              .containsExactly("begun a1 m", "call 0 Read {}", "ended TOOL_USE");
        }
      }
    }
  }

  @Test
  void the_place_in_a_list_is_the_index_of_several_that_have_none() {
    assertThat(
            lines(
                delta(
                        "{'tool_calls':[{'id':'c1','function':{'name':'Read','arguments':''}},"
                            + "{'id':'c2','function':{'name':'Grep','arguments':''}}]}")
                    + delta(
                        "{'tool_calls':[{'function':{'arguments':'{\\\"a\\\":1}'}},"
                            + "{'function':{'arguments':'{\\\"b\\\":'}}]}")
                    + fragment("'function':{'arguments':'2}'}")
                    + finish("tool_calls")
                    + DONE))
        .containsExactly(
            "begun a1 m", "call c1 Read {\"a\":1}", "call c2 Grep {\"b\":2}", "ended TOOL_USE");
  }

  @Test
  void a_call_that_is_told_without_a_list_is_read() {
    var fragment = "{'tool_calls':{'index':0,'id':'%s','function':{'name':%s,'arguments':'%s'}}}";
    assertThat(
            lines(
                    delta(fragment.formatted("", "'Read'", "{"))
                        + delta(fragment.formatted("", "null", "}"))
                        + finish("tool_calls")
                        + DONE)
                .get(1))
        .matches("call call_[0-9a-f]{24} Read \\{}");
  }

  @Test
  void whole_calls_without_any_id_are_told_apart_and_get_ids_of_their_own() {
    var lines =
        lines(
            fragment("'index':0,'id':'','function':{'name':'Read','arguments':'{\\\"a\\\":1}'}")
                + fragment("'index':0,'id':'','function':{'name':'Read','arguments':'{}'}")
                + finish("tool_calls")
                + DONE);
    assertThat(lines.get(1)).matches("call call_[0-9a-f]{24} Read \\{\"a\":1}");
    assertThat(lines.get(2)).matches("call call_[0-9a-f]{24} Read \\{}");
    assertThat(lines.get(1).substring(0, 34)).isNotEqualTo(lines.get(2).substring(0, 34));
  }

  @Test
  void puts_names_together_that_come_in_pieces_or_again_and_again() {
    assertThat(
            lines(
                call(0, "c1", "Re", "")
                    + call(0, "", "ad", "")
                    + call(1, "c2", "Grep", "{")
                    + call(1, "c2", "Grep", "}")
                    + finish("tool_calls")
                    + DONE))
        .containsExactly("begun a1 m", "call c1 Read {}", "call c2 Grep {}", "ended TOOL_USE");
  }

  @Test
  void the_same_id_twice_is_two_ids_for_the_client() {
    assertThat(
            lines(call(0, "c", "Read", "{}") + call(1, "c", "Grep", "{}") + finish("stop") + DONE))
        .containsExactly("begun a1 m", "call c Read {}", "call c_1 Grep {}", "ended TOOL_USE");
  }

  @Test
  void arguments_that_are_an_object_or_null_become_json_of_an_object() {
    assertThat(
            lines(
                fragment("'index':0,'id':'c1','function':{'name':'A','arguments':{'x':1}}")
                    + fragment("'index':1,'id':'c2','function':{'name':'B','arguments':'null'}")
                    + fragment("'index':2,'id':'c3','function':{'name':'C','arguments':null}")
                    + finish("tool_calls")
                    + DONE))
        .containsExactly(
            "begun a1 m", "call c1 A {\"x\":1}", "call c2 B {}", "call c3 C {}", "ended TOOL_USE");
  }

  @Test
  void the_client_hears_its_own_names_of_tools() {
    var expected = new Expected(true, Map.of("short_1", "mcp__a_very_long_name"));
    assertThat(
            Answers.lines(
                () -> new ChatDecoder(Reasoning.NONE, expected),
                call(0, "c1", "short_1", "{}") + finish("tool_calls") + DONE))
        .contains("call c1 mcp__a_very_long_name {}");
  }

  @Test
  void the_old_word_for_a_call_is_known() {
    assertThat(
            lines(
                delta("{'function_call':{'name':'Read','arguments':'{\\\"a\\\"'}}")
                    + delta("{'function_call':{'arguments':':1}'}}")
                    + finish("function_call")))
        .element(1)
        .asString()
        .matches("call call_[0-9a-f]{24} Read \\{\"a\":1}");
  }

  @Test
  void holds_back_no_more_than_its_limit() {
    var decoder = plain();
    var events = new ArrayList<AnswerEvent>();
    feed(decoder, events, call(0, "c1", "A", "{"));
    var chunk = call(1, "c2", "B", "x".repeat(1 << 20));
    for (int i = 0; i <= BlockQueue.HELD_CHARS_MAX >> 20; i++) {
      feed(decoder, events, chunk);
    }
    assertThat(events.getLast()).isInstanceOf(Failed.class);
  }

  private static void feed(AnswerDecoder decoder, List<AnswerEvent> events, String part) {
    var bytes = part.getBytes(StandardCharsets.UTF_8);
    events.addAll(decoder.read(bytes, 0, bytes.length));
  }

  private static AnswerDecoder plain() {
    return new ChatDecoder(Reasoning.NONE, new Expected(true, Map.of()));
  }

  private static List<String> lines(String body) {
    return Answers.lines(ChatCallsTest::plain, body);
  }
}
