package dev.sluice.wire.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.openai.Answers;
import dev.sluice.wire.openai.Mutations;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ResponsesAnswerTest {

  private static final String CREATED =
      event(
          "response.created",
          "'response':{'id':'resp_1','model':'gpt-5.6','status':'in_progress'}");

  private static final String USAGE =
      "'usage':{'input_tokens':100,'input_tokens_details':{'cached_tokens':40},"
          + "'output_tokens':7,'output_tokens_details':{'reasoning_tokens':5},'total_tokens':107}";

  private static final String COMPLETED =
      event("response.completed", "'response':{'id':'resp_1','status':'completed'," + USAGE + "}");

  private static final String THOUGHT =
      added(0, "'type':'reasoning','id':'rs_1','summary':[]")
          + event("response.reasoning_summary_part.added", "'output_index':0")
          + delta("response.reasoning_summary_text.delta", 0, "Hm.")
          + event("response.reasoning_summary_part.added", "'output_index':0")
          + delta("response.reasoning_summary_text.delta", 0, "So.")
          + done(
              0,
              "'type':'reasoning','id':'rs_1','encrypted_content':'gAAA','summary':["
                  + "{'type':'summary_text','text':'Hm.'},{'type':'summary_text','text':'So.'}]");

  private static final String CALL =
      added(1, "'type':'function_call','id':'fc_1','call_id':'c1','name':'Read','arguments':''")
          + delta("response.function_call_arguments.delta", 1, "{\\\"a\\\":")
          + delta("response.function_call_arguments.delta", 1, "1}")
          + done(
              1,
              "'type':'function_call','id':'fc_1','call_id':'c1','name':'Read',"
                  + "'arguments':'{\\\"a\\\":1}'");

  @Test
  void tells_thoughts_with_their_seal_text_and_calls() {
    assertThat(
            lines(
                CREATED
                    + THOUGHT
                    + CALL
                    + added(2, "'type':'message','id':'m','content':[]")
                    + delta("response.output_text.delta", 2, "Done ü")
                    + done(2, "'type':'message','content':[{'text':'Done ü'}]")
                    + COMPLETED))
        .containsExactly(
            "begun resp_1 gpt-5.6",
            "thinking Hm.\n\nSo. signed rs_1.gAAA",
            "call c1 Read {\"a\":1}",
            "text Done ü",
            "ended TOOL_USE in 60 out 7 read 40 write 0");
  }

  @Test
  void a_thought_of_which_nothing_is_shown_is_sealed_as_a_whole() {
    assertThat(
            lines(
                CREATED
                    + done(
                        0,
                        "'type':'reasoning','id':'rs_1','summary':[],"
                            + "'encrypted_content':'gAAA'")
                    + COMPLETED))
        .containsExactly(
            "begun resp_1 gpt-5.6",
            "sealed rs_1.gAAA",
            "ended END_TURN in 60 out 7 read 40 write 0");
  }

  @Test
  void tells_what_came_whole_only() {
    assertThat(
            lines(
                CREATED
                    + done(0, "'type':'message','content':[{'type':'output_text','text':'Hi'}]")
                    + done(1, "'type':'function_call','call_id':'c1','name':'A','arguments':'{}'")
                    + COMPLETED))
        .containsExactly(
            "begun resp_1 gpt-5.6",
            "text Hi",
            "call c1 A {}",
            "ended TOOL_USE in 60 out 7 read 40 write 0");
  }

  @Test
  void ends_for_the_reason_that_the_provider_gives() {
    var text = CREATED + delta("response.output_text.delta", 0, "x");
    assertThat(lines(text + incomplete("max_output_tokens"))).last().isEqualTo("ended MAX_TOKENS");
    assertThat(lines(text + incomplete("content_filter"))).last().isEqualTo("ended REFUSAL");
    assertThat(
            lines(
                CREATED
                    + delta("response.refusal.delta", 0, "No.")
                    + event("response.completed", "'response':{'status':'completed'}")))
        .containsExactly("begun resp_1 gpt-5.6", "text No.", "ended REFUSAL");
  }

  private static String incomplete(String reason) {
    return event(
        "response.incomplete",
        "'response':{'status':'incomplete','incomplete_details':{'reason':'" + reason + "'}}");
  }

  @Test
  void fails_in_the_clients_words() {
    assertThat(
            lines(
                CREATED
                    + event(
                        "response.failed",
                        "'response':{'status':'failed','error':{'code':'rate_limit_exceeded',"
                            + "'message':'slow'}}")))
        .containsExactly("begun resp_1 gpt-5.6", "failed RATE_LIMIT");
    assertThat(lines(event("error", "'code':'context_length_exceeded','message':'full'")))
        .containsExactly("failed PROMPT_TOO_LONG");
    assertThat(lines(CREATED + delta("response.output_text.delta", 0, "x")))
        .containsExactly("begun resp_1 gpt-5.6", "failed SERVER");
    assertThat(lines("")).containsExactly("failed SERVER");
    assertThat(lines("{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}"))
        .containsExactly("failed NOT_FOUND");
  }

  @Test
  void reads_a_whole_answer_as_well() {
    assertThat(lines(whole()))
        .containsExactly(
            "begun resp_1 gpt-5.6",
            "thinking One.\n\nTwo. signed rs_1.gAAA",
            "text Hi",
            "call c1 A {}",
            "ended TOOL_USE in 60 out 7 read 40 write 0");
  }

  private static String whole() {
    return json(
        "{'id':'resp_1','object':'response','model':'gpt-5.6','status':'completed','error':null,"
            + "'output':[{'type':'reasoning','id':'rs_1','encrypted_content':'gAAA','summary':["
            + "{'text':'One.'},{'text':'Two.'}]},"
            + "{'type':'message','content':[{'type':'output_text','text':'Hi'}]},"
            + "{'type':'function_call','call_id':'c1','name':'A','arguments':'{}'}],"
            + USAGE
            + "}");
  }

  @Test
  void a_broken_answer_comes_to_blocks_in_order_and_one_end() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var stream = CREATED + THOUGHT + CALL + COMPLETED;
    Mutations.read(
        new Random(seed), 20_000, ResponsesAnswerTest::decoder, List.of(stream, whole()));
  }

  private static AnswerDecoder decoder() {
    return new ResponsesDecoder(new Expected(true, Map.of()));
  }

  private static List<String> lines(String body) {
    return Answers.lines(ResponsesAnswerTest::decoder, body);
  }

  private static String json(String json) {
    return json.replace('\'', '"');
  }

  private static String event(String type, String members) {
    return "event: " + type + "\ndata: " + json("{'type':'" + type + "'," + members + "}") + "\n\n";
  }

  private static String delta(String type, int index, String delta) {
    return event(type, "'output_index':" + index + ",'delta':'" + delta + "'");
  }

  private static String added(int index, String item) {
    return event(
        "response.output_item.added", "'output_index':" + index + ",'item':{" + item + "}");
  }

  private static String done(int index, String item) {
    return event("response.output_item.done", "'output_index':" + index + ",'item':{" + item + "}");
  }
}
