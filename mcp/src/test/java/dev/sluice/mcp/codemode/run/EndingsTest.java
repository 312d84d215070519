package dev.sluice.mcp.codemode.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.sandbox.Exceeded;
import dev.sluice.mcp.sandbox.Outcome;
import dev.sluice.mcp.sandbox.Outcome.Place;
import dev.sluice.mcp.sandbox.Outcome.ProgramError;
import dev.sluice.mcp.sandbox.Outcome.Unawaited;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndingsTest {

  private static List<String> told(Outcome outcome) {
    if (!(new Endings(40, 100).told(outcome) instanceof CallResult.Result(var json))) {
      throw new AssertionError("no result");
    }
    var texts = new ArrayList<String>();
    if (json.path("isError").booleanValue(false)) {
      texts.add("error");
    }
    json.path("content").forEach(block -> texts.add(block.path("text").stringValue("")));
    return texts;
  }

  @Test
  void tells_what_was_printed_and_then_what_was_returned() {
    assertThat(told(new Outcome.Returned("[1,2]", "a\nb\n", Unawaited.NONE, 0)))
        .containsExactly("a\nb", "[ 1, 2 ]");
    assertThat(told(new Outcome.Returned("\"text\"", "", Unawaited.NONE, 0)))
        .containsExactly("\"text\"");
    assertThat(told(new Outcome.Returned(null, "a\n", Unawaited.NONE, 0))).containsExactly("a");
    assertThat(told(new Outcome.Returned(null, "", Unawaited.NONE, 0)))
        .containsExactly(
            "The program returned nothing and printed nothing. What is to come back needs return.");
  }

  @Test
  void tells_how_much_of_what_was_returned_is_left_out() {
    assertThat(told(new Outcome.Returned("[1,2", "a\n", Unawaited.NONE, 7)))
        .containsExactly(
            "a",
            "[1,2…",
            "(7 more bytes were returned and are left out: 100 are allowed of what a program"
                + " prints and returns. Return only what you need to read.)");
  }

  @Test
  void a_value_that_is_not_small_stays_on_one_line() {
    var value = "{\"a\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}";
    assertThat(told(new Outcome.Returned(value, "", Unawaited.NONE, 0))).containsExactly(value);
  }

  @Test
  void tells_of_calls_that_were_not_awaited() {
    assertThat(
            told(new Outcome.Returned("1", "", new Unawaited(3, Optional.of(new Place(4, 9))), 0)))
        .containsExactly(
            "1",
            "3 calls were not awaited (the first in line 4): nothing is known of what came of it."
                + " Use await on each call, and on each function that makes one.");
    assertThat(told(new Outcome.Returned("1", "", new Unawaited(1, Optional.empty()), 0)).getLast())
        .startsWith("1 call was not awaited: ");
  }

  @Test
  void tells_errors_with_their_line_and_limits_with_their_sentence() {
    var error = new ProgramError("TypeError", "no", Optional.of(new Place(3, 7)), "Do not");
    assertThat(told(new Outcome.Failed(error, "a\n")))
        .containsExactly("error", "a", "TypeError: no (line 3, column 7). Do not");
    var exceeded = new Exceeded.Calls(5);
    assertThat(told(new Outcome.Stopped(exceeded, "")))
        .containsExactly("error", exceeded.sentence());
    assertThat(told(new Outcome.Broken(""))).hasSize(2).first().isEqualTo("error");
  }
}
