package dev.sluice.standalone.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.books.WindowId;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.state.StateLock;
import dev.sluice.standalone.state.UsedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCommandTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "chek",
        "check --state",
        "check --state /nowhere/at/all",
        "check --redis http://127.0.0.1",
        "check --installation a}",
        "rebuild --force"
      })
  void a_bad_command_line_is_2(String line) throws Exception {
    var words = line.isEmpty() ? List.<String>of() : List.of(line.split(" "));
    assertThat(LedgerCommand.run(words, Map.of())).isEqualTo(2);
  }

  @Test
  void a_gateway_that_runs_with_a_redis_of_the_user_needs_its_url() throws Exception {
    try (var _ = StateLock.take(folder).orElseThrow()) {
      var options = LedgerOptions.parse(List.of("check", "--state", folder.toString()), Map.of());
      assertThatThrownBy(() -> Place.open(options, Map.of()).close())
          .isInstanceOf(UsageException.class);
    }
  }

  @Test
  void a_state_that_was_used_with_a_redis_of_the_user_says_which() throws Exception {
    new UsedRedis("redis://db.example:6379", "sluice").write(folder);
    for (var running : List.of(true, false)) {
      try (var _ = running ? StateLock.take(folder).orElseThrow() : null) {
        var options = LedgerOptions.parse(List.of("check", "--state", folder.toString()), Map.of());
        assertThatThrownBy(() -> Place.open(options, Map.of()).close())
            .isInstanceOf(UsageException.class)
            .hasMessage(
                "--redis: absent (expected: the Redis that this state was used with, at"
                    + " redis://db.example:6379)");
      }
    }
  }

  @Test
  void costs_of_a_past_window_end_with_it() throws Exception {
    Files.writeString(
        folder.resolve("2026-11-22.0000.jsonl"),
        """
        {"time":"2026-10-31T22:59:59.999Z","key":"team/alice","costUsd":"100"}
        {"time":"2026-10-31T23:00:00Z","key":"team/alice","costUsd":"1"}
        {"time":"2026-11-30T22:59:59.999Z","key":"team/alice","costUsd":"2"}
        {"time":"2026-11-30T23:00:00Z","key":"team/alice","costUsd":"4"}
        {"time":"2026-12-31T22:00:00Z","key":"team/alice","costUsd":"8"}
        """);
    var november = window("team/alice:Month.Europe/Berlin", "2026-10-31T23:00:00Z");
    var december = window("team/alice:Month.Europe/Berlin", "2026-11-30T23:00:00Z");
    var rolling = window("team/alice:Day.rolling", "2026-10-31T22:59:59.999Z");
    var endless = window("team/alice:endless", "1970-01-01T00:00:00Z");
    var costs = UsageCosts.read(folder, List.of(november, december, rolling, endless));
    assertThat(costs.of(november).toUsd()).isEqualTo("3");
    assertThat(costs.of(december).toUsd()).isEqualTo("12");
    assertThat(costs.of(rolling).toUsd()).isEqualTo("101");
    assertThat(costs.of(endless).toUsd()).isEqualTo("115");
  }

  private static WindowId window(String owner, String start) {
    return new WindowId("key:" + owner, Instant.parse(start).toEpochMilli());
  }

  @Test
  void costs_count_from_the_start_of_a_window_of_their_key() throws Exception {
    Files.writeString(
        folder.resolve("2026-11-22.0000.jsonl"),
        """
        {"time":"2026-11-22T10:00:00Z","key":"alice","costUsd":"0.5"}
        {"time":"2026-11-22T11:00:00Z","key":"alice","costUsd":"0.000000001"}
        {"time":"2026-11-22T11:00:00Z","key":"alice","costUsd":"-0.000000002"}
        {"time":"2026-11-22T11:00:00Z","key":"bob","costUsd":"1"}
        {"kind":"tool","time":"2026-11-22T11:00:01Z","key":"alice","costUsd":"0.000000005"}
        {"kind":"message","time":"2026-11-22T11:00:02Z","key":"alice","costUsd":"0"}
        {"time":"2026-11-22T11:0""");
    var window = window("default/alice:Hour.UTC", "2026-11-22T11:00:00Z");
    assertThat(UsageCosts.read(folder, List.of(window)).of(window).nanos()).isEqualTo(4);
  }
}
