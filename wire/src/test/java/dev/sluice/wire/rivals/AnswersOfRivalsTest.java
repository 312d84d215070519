package dev.sluice.wire.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.answer.MessagesDecoder;
import dev.sluice.wire.fuzz.Languages;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError.Kind;
import dev.sluice.wire.translate.Seal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// How translated answers failed the users of other gateways, each by the number of its issue.
final class AnswersOfRivalsTest {

  private static final String USAGE =
      "'usage':{'prompt_tokens':9,'completion_tokens':7,'total_tokens':16}";

  private static AnswerDecoder chat() {
    return Languages.of("chat").answer(new Expected(true, Map.of()));
  }

  private static String chunk(String delta, String finish) {
    return "data: {'id':'a1','model':'m','choices':[{'index':0,'delta':"
        + delta
        + ",'finish_reason':"
        + finish
        + "}]}\n\n";
  }

  private static List<JsonNode> events(String... chunks) {
    return Told.events(chat(), Told.bytes(String.join("", chunks)), "compatible");
  }

  /// Bifrost #4556: each chunk that has a role began a message anew.
  @Test
  void a_message_starts_once_however_often_the_provider_tells_its_role() {
    var events =
        events(
            chunk("{'role':'assistant','content':''}", "null"),
            chunk("{'role':'assistant','content':'a'}", "null"),
            chunk("{'role':'assistant','content':'b'}", "null"),
            chunk("{'role':'assistant'}", "'stop'"),
            "data: [DONE]\n\n");
    assertThat(Told.ofType(events, "message_start")).hasSize(1);
    assertThat(events.getFirst().path("type").stringValue()).isEqualTo("message_start");
    assertThat(Told.ofType(events, "message_stop")).hasSize(1);
  }

  /// A second start of the same block makes the SDKs drop all its deltas.
  @Test
  void no_block_starts_twice_and_each_delta_is_of_the_block_that_is_open() {
    var call = "{'tool_calls':[{'index':0,'id':'c1','function':{'name':'Read','arguments':'%s'}}]}";
    var events =
        events(
            chunk("{'role':'assistant','content':'a'}", "null"),
            chunk(call.formatted("{"), "null"),
            chunk("{'content':'b'}", "null"),
            chunk(call.formatted("}"), "null"),
            chunk("{}", "'tool_calls'"),
            "data: [DONE]\n\n");
    int open = -1;
    int started = 0;
    for (var event : events) {
      switch (event.path("type").stringValue()) {
        case "content_block_start" -> {
          assertThat(open).as("%s", events).isEqualTo(-1);
          open = event.path("index").intValue();
          assertThat(open).isEqualTo(started++);
        }
        case "content_block_delta" ->
            assertThat(event.path("index").intValue()).as("%s", events).isEqualTo(open);
        case "content_block_stop" -> open = -1;
        default -> assertThat(open).isEqualTo(-1);
      }
    }
    assertThat(started).isGreaterThan(1);
  }

  /// Bifrost #6831: the reason of the end is dropped.
  @ParameterizedTest
  @CsvSource({
    "stop, end_turn",
    "length, max_tokens",
    "tool_calls, tool_use",
    "content_filter, refusal",
    "never_heard_of, end_turn"
  })
  void an_answer_always_says_why_it_stopped(String word, String reason) {
    var call = "{'tool_calls':[{'index':0,'id':'c1','function':{'name':'A','arguments':'{}'}}]}";
    var events =
        events(
            chunk(word.equals("tool_calls") ? call : "{'content':'a'}", "null"),
            chunk("{}", "'" + word + "'"),
            "data: [DONE]\n\n");
    var end = Told.ofType(events, "message_delta");
    assertThat(end).hasSize(1);
    assertThat(end.getFirst().path("delta").path("stop_reason").asString("")).isEqualTo(reason);
  }

  /// Bifrost #2765: content is null beside calls.
  @Test
  void null_content_is_no_text() {
    var decoder = Languages.of("chat").answer(new Expected(false, Map.of()));
    var events =
        Told.events(
            decoder,
            Told.bytes(
                "{'id':'a','choices':[{'message':{'role':'assistant','content':null,'refusal':null,"
                    + "'tool_calls':[{'id':'c1','function':{'name':'A','arguments':'{}'}}]},"
                    + "'finish_reason':'tool_calls'}],"
                    + USAGE
                    + "}"),
            "compatible");
    var starts = Told.ofType(events, "content_block_start");
    assertThat(starts).hasSize(1);
    assertThat(starts.getFirst().path("content_block").path("type").stringValue())
        .isEqualTo("tool_use");
    var streamed =
        events(
            chunk("{'role':'assistant','content':null,'tool_calls':null}", "null"),
            chunk("{'content':'a'}", "null"),
            chunk("{'content':null}", "'stop'"),
            "data: [DONE]\n\n");
    assertThat(Told.ofType(streamed, "content_block_start")).hasSize(1);
  }

  /// Bifrost #6784: a provider that sends no `[DONE]` made the client wait for ever.
  @Test
  void an_answer_ends_at_its_usage_without_the_providers_last_word() {
    var decoder = chat();
    var answer =
        Told.bytes(
            chunk("{'content':'a'}", "null")
                + chunk("{}", "'stop'")
                + "data: {'id':'a1','choices':[],"
                + USAGE
                + "}\n\n");
    var events = decoder.read(answer, 0, answer.length);
    assertThat(events.getLast()).isInstanceOf(dev.sluice.wire.translate.AnswerEvent.Ended.class);
  }

  /// Envoy AI Gateway #2155: `data:` without a space; and #2548: pings and comments between.
  @ParameterizedTest
  @ValueSource(strings = {"data:", "data: "})
  void lines_without_a_space_pings_and_comments_are_read(String data) {
    var stream =
        (": processing\n\n"
                + chunk("{'content':'a'}", "null")
                + "event: ping\ndata: {'type':'ping'}\n\n"
                + ": keep-alive\n\n"
                + chunk("{'content':'b'}", "'stop'")
                + "data: [DONE]\n\n")
            .replace("data: ", data);
    var text = new StringBuilder();
    events(stream).forEach(event -> text.append(event.path("delta").path("text").asString("")));
    assertThat(text.toString()).isEqualTo("ab");
  }

  /// The same of Claude's own stream, read for a program that speaks OpenAI.
  @Test
  void pings_of_claude_are_no_part_of_its_answer() {
    var stream =
        """
        event:message_start
        data:{'type':'message_start','message':{'id':'m','model':'c','usage':{'input_tokens':1}}}

        event: ping
        data: {'type': 'ping'}

        event:content_block_start
        data:{'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}

        event: ping
        data: {'type': 'ping'}

        event:content_block_delta
        data:{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'a'}}

        event:content_block_stop
        data:{'type':'content_block_stop','index':0}

        event:message_delta
        data:{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':1}}

        event:message_stop
        data:{'type':'message_stop'}

        """;
    var events = Told.events(new MessagesDecoder(), Told.bytes(stream), Seal.ANTHROPIC);
    assertThat(events.stream().map(event -> event.path("type").stringValue()))
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
  }

  /// Bifrost #4556 and the second start of a block, should Claude's own stream have them; and one
  /// that begins in the middle.
  @Test
  void a_stream_of_claude_that_is_out_of_order_is_put_in_order_or_has_failed() {
    var start =
        "data: {'type':'message_start','message':{'id':'m','usage':{'input_tokens':1}}}\n\n";
    var block =
        "data: {'type':'content_block_start','index':0,"
            + "'content_block':{'type':'text','text':'a'}}\n\n";
    var stop = "data: {'type':'message_stop'}\n\n";
    var twice =
        Told.events(
            new MessagesDecoder(),
            Told.bytes(start + start + block + block + stop),
            Seal.ANTHROPIC);
    assertThat(twice.stream().map(event -> event.path("type").stringValue()))
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    var middle = Told.events(new MessagesDecoder(), Told.bytes(block + stop), Seal.ANTHROPIC);
    assertThat(middle).hasSize(1);
    assertThat(middle.getFirst().path("type").stringValue()).isEqualTo("error");
  }

  /// Envoy AI Gateway #2161: `code` is a number where others have a word.
  @ParameterizedTest
  @ValueSource(strings = {"429", "'429'", "null", "{}", "[1]", "4.29e2", "true"})
  void a_code_of_any_type_is_an_error(String code) {
    var body = Told.bytes("{'error':{'message':'Slow down','code':" + code + "}}");
    Languages.ALL.forEach(
        (name, language) ->
            assertThat(language.error(429, body).kind()).as(name).isEqualTo(Kind.RATE_LIMIT));
    var events = events("data: {'error':{'message':'Slow down','code':" + code + "}}\n\n");
    assertThat(Told.ofType(events, "error")).hasSize(1);
  }

  /// Bifrost #6624 and #5093 of the other providers: what they think comes back to them as it was.
  @Test
  void thoughts_of_other_providers_come_back_to_them_and_to_nobody_else() {
    var stream =
        """
        data: {'candidates':[{'content':{'parts':[{'functionCall':{'name':'Read','args':{}},\
        'thoughtSignature':'c2lnbmVk'}]},'finishReason':'STOP'}],'responseId':'r'}

        """;
    var decoder = Languages.of("gemini").answer(new Expected(true, Map.of()));
    var events = Told.events(decoder, Told.bytes(stream), "gemini");
    var signature =
        Told.ofType(events, "content_block_delta").getFirst().path("delta").path("signature");
    var call = Told.ofType(events, "content_block_start").getLast().path("content_block");
    var turn =
        "'tools':[{'name':'Read','input_schema':{'type':'object'}}],"
            + "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':["
            + "{'type':'thinking','thinking':'','signature':'"
            + signature.stringValue()
            + "'},{'type':'tool_use','id':'"
            + call.path("id").stringValue()
            + "','name':'Read','input':{}}]},{'role':'user','content':[{'type':'tool_result',"
            + "'tool_use_id':'"
            + call.path("id").stringValue()
            + "','content':'ok'}]}]";
    assertThat(Told.to("gemini", turn).toString()).contains("\"thoughtSignature\":\"c2lnbmVk\"");
    for (var other : List.of("chat", "responses", "converse-CLAUDE")) {
      assertThat(Told.to(other, turn).toString()).doesNotContain("c2lnbmVk", "sluice.gemini");
    }
  }
}
