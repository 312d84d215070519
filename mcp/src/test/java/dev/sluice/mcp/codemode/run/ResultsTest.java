package dev.sluice.mcp.codemode.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.sandbox.Tools.Answer;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ResultsTest {
  private static final Results RESULTS = new Results(Media.NOTED, 100);

  private static String value(String result) {
    return value(RESULTS, result);
  }

  private static String value(Results results, String result) {
    var answer = answer(results, result);
    return answer instanceof Answer.Result(var json) ? json : answer.toString();
  }

  private static Answer answer(Results results, String result) {
    return results.answer(new CallResult.Result(JsonMapper.shared().readTree(result)));
  }

  private static String text(String text) {
    return "{\"content\":[{\"type\":\"text\",\"text\":%s}]}"
        .formatted(JsonMapper.shared().writeValueAsString(text));
  }

  @Test
  void what_is_structured_goes_before_texts() {
    assertThat(
            value(
                "{\"content\":[{\"type\":\"text\",\"text\":\"one\"}],"
                    + "\"structuredContent\":{\"n\":1}}"))
        .isEqualTo("{\"n\":1}");
  }

  @Test
  void a_text_that_is_an_object_or_an_array_is_parsed_and_any_other_stays_a_text() {
    assertThat(value(text(" {\"a\": [1]}\n"))).isEqualTo("{\"a\":[1]}");
    assertThat(value(text("[1, 2]"))).isEqualTo("[1,2]");
    assertThat(value(text("12345678901234567890"))).isEqualTo("\"12345678901234567890\"");
    assertThat(value(text("[see] below"))).isEqualTo("\"[see] below\"");
    assertThat(value(text("{\"a\":1} {}"))).isEqualTo("\"{\\\"a\\\":1} {}\"");
    assertThat(value(text("{\"a\":1,\"a\":2}"))).startsWith("\"");
    assertThat(value(text("[" + "1,".repeat(60) + "1]"))).startsWith("\"");
    assertThat(value(text("[".repeat(50) + "]".repeat(50)))).startsWith("[");
  }

  @Test
  void several_blocks_are_an_array_and_none_is_null() {
    assertThat(
            value(
                "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                    + "{\"type\":\"text\",\"text\":\"{}\"}]}"))
        .isEqualTo("[\"a\",{}]");
    assertThat(value("{\"content\":[]}")).isEqualTo("null");
    assertThat(value("{}")).isEqualTo("null");
  }

  @Test
  void images_are_noted_with_type_and_size_unless_their_data_are_asked_for() {
    var image =
        "{\"content\":[{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"AAECAw==\"}]}";
    assertThat(value(image))
        .isEqualTo("{\"type\":\"image\",\"mimeType\":\"image/png\",\"bytes\":4}");
    assertThat(value(new Results(Media.WHOLE, 100), image)).contains("AAECAw==");
    assertThat(
            value(
                "{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"a://b\","
                    + "\"mimeType\":\"x/y\",\"blob\":\"AAEC\"}}]}"))
        .isEqualTo("{\"uri\":\"a://b\",\"mimeType\":\"x/y\",\"bytes\":3}");
  }

  @Test
  void what_failed_is_an_error_with_the_tools_own_text() {
    assertThat(
            answer(
                RESULTS,
                "{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no\"},"
                    + "{\"type\":\"text\",\"text\":\"really\"}]}"))
        .isEqualTo(new Answer.Failed("no\nreally"));
    assertThat(answer(RESULTS, "{\"isError\":true,\"structuredContent\":{\"why\":1}}"))
        .isEqualTo(new Answer.Failed("{\"why\":1}"));
    assertThat(answer(RESULTS, "{\"isError\":true}"))
        .isEqualTo(new Answer.Failed("the tool failed and does not say why"));
    assertThat(RESULTS.answer(new CallResult.Refused(RpcError.of(-1, "not you"))))
        .isEqualTo(new Answer.Failed("not you"));
    assertThat(
            RESULTS.answer(
                CallResult.failed(
                    CallFailure.Reason.CUT, CallFailure.Effect.MAY_HAVE_RUN, "it was cut")))
        .isEqualTo(new Answer.Failed("the server gave no answer: it was cut"));
  }

  @Test
  void a_tool_that_still_wants_input_failed() {
    assertThat(answer(RESULTS, "{\"resultType\":\"input_required\",\"inputRequests\":{}}"))
        .isInstanceOf(Answer.Failed.class);
  }
}
