package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.price.Tokens;
import org.junit.jupiter.api.Test;

class UsageMergeTest {

  private static final String START =
      """
      {"type":"message_start","message":{"usage":{"input_tokens":3,"cache_creation_input_tokens":1200,\
      "cache_read_input_tokens":14000,"cache_creation":{"ephemeral_5m_input_tokens":1000,\
      "ephemeral_1h_input_tokens":200},"output_tokens":1}}}""";

  private static String delta(String usage) {
    return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{"
        + usage
        + "}}";
  }

  @Test
  void keeps_the_split_that_the_end_does_not_repeat() {
    var merge =
        new UsageMerge()
            .start(START)
            .delta(
                delta(
                    "\"input_tokens\":3,\"cache_creation_input_tokens\":1200,\"output_tokens\":280"));
    assertThat(merge.finished()).isTrue();
    assertThat(merge.tokens()).isEqualTo(new Tokens(3, 280, 14_000, 1_000, 200, 0));
  }

  @Test
  void the_last_number_that_is_not_null_wins() {
    var merge =
        new UsageMerge()
            .start(START)
            .delta(
                delta(
                    "\"input_tokens\":10,\"cache_read_input_tokens\":null,\"output_tokens\":5,"
                        + "\"server_tool_use\":{\"web_search_requests\":2}"));
    assertThat(merge.tokens()).isEqualTo(new Tokens(10, 5, 14_000, 1_000, 200, 2));
  }

  @Test
  void the_end_alone_is_enough() {
    var merge = new UsageMerge().start(null).delta(delta("\"input_tokens\":7,\"output_tokens\":5"));
    assertThat(merge.finished()).isTrue();
    assertThat(merge.tokens()).isEqualTo(new Tokens(7, 5, 0, 0, 0, 0));
  }

  @Test
  void the_start_alone_is_enough_for_an_answer_that_reached_its_end() {
    var merge = new UsageMerge().start(START).stopped();
    assertThat(merge.finished()).isTrue();
    assertThat(new UsageMerge().stopped().finished()).isFalse();
  }

  @Test
  void zeros_are_no_report() {
    var zeros = "{\"message\":{\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}}";
    assertThat(new UsageMerge().start(zeros).started()).isFalse();
  }

  @Test
  void writes_without_a_split_are_of_five_minutes() {
    var merge =
        new UsageMerge()
            .whole(
                "{\"input_tokens\":7,\"cache_creation_input_tokens\":90,\"cache_creation\":null,"
                    + "\"output_tokens\":5}");
    assertThat(merge.finished()).isTrue();
    assertThat(merge.tokens()).isEqualTo(new Tokens(7, 5, 0, 90, 0, 0));
  }

  @Test
  void writes_that_grew_after_the_split_are_counted() {
    var merge =
        new UsageMerge()
            .start(START)
            .delta(delta("\"cache_creation_input_tokens\":1500,\"output_tokens\":5"));
    assertThat(merge.tokens()).isEqualTo(new Tokens(3, 5, 14_000, 1_300, 200, 0));
  }

  @Test
  void without_the_end_the_input_is_known() {
    var merge = new UsageMerge().start(START).delta(null);
    assertThat(merge.started()).isTrue();
    assertThat(merge.finished()).isFalse();
    assertThat(merge.tokens().inputInAll()).isEqualTo(15_203);
  }

  @Test
  void a_cut_event_is_as_good_as_none() {
    for (int length = 0; length < START.length(); length++) {
      assertThat(new UsageMerge().start(START.substring(0, length)).started()).isFalse();
    }
  }

  @Test
  void nonsense_counts_as_absent() {
    var merge =
        new UsageMerge()
            .start(START)
            .delta(delta("\"input_tokens\":-5,\"output_tokens\":\"9\",\"cache_creation\":7"));
    assertThat(merge.finished()).isFalse();
    assertThat(merge.tokens()).isEqualTo(new Tokens(3, 1, 14_000, 1_000, 200, 0));
  }

  @Test
  void more_than_any_answer_has_counts_as_absent() {
    var most = Long.toString(Long.MAX_VALUE);
    var usage =
        """
        {"input_tokens":%1$s,"cache_read_input_tokens":%1$s,"output_tokens":%1$s,\
        "cache_creation":{"ephemeral_5m_input_tokens":%1$s,"ephemeral_1h_input_tokens":7}}"""
            .formatted(most);
    assertThat(new UsageMerge().whole(usage).tokens()).isEqualTo(new Tokens(0, 0, 0, 0, 7, 0));
  }

  @Test
  void what_was_told_is_merged_as_it_was() {
    var usage =
        new UsageMerge()
            .start(
                """
                {"message":{"usage":{"input_tokens":7,"output_tokens":1,"service_tier":"standard",\
                "cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":0}}}}""")
            .delta(
                """
                {"usage":{"input_tokens":null,"output_tokens":9,"new_tokens":3,\
                "cache_creation":{"ephemeral_1h_input_tokens":2}}}""");
    assertThat(String.valueOf(usage.told()))
        .isEqualTo(
            """
            {"input_tokens":7,"output_tokens":9,"service_tier":"standard",\
            "cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":2},\
            "new_tokens":3}""");
    assertThat(new UsageMerge().delta("{\"usage\":{\"input_tokens\":null}}").told()).isNull();
  }
}
