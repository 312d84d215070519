package dev.sluice.standalone.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.RawUsage;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageRecord.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageLogTest {

  private static final Instant START = Instant.parse("2026-11-20T23:59:00.5Z");

  @TempDir Path folder;

  private Instant now = START;

  private UsageLog log(long fileBytesMax, long totalBytesMax) throws IOException {
    return new UsageLog(folder, new UsageLog.Limits(fileBytesMax, totalBytesMax), () -> now);
  }

  private static UsageRecord usage(String id) {
    return usage(id, null);
  }

  private static UsageRecord usage(String id, @Nullable RawUsage raw) {
    return new UsageRecord(
        START,
        id,
        "req_up",
        "alice",
        "alice@example.com",
        "payments",
        "session-1",
        null,
        null,
        "2.1.329",
        "sonnet",
        "claude-sonnet-4-5",
        "anthropic",
        "main",
        new Tokens(10, 20, 30, 40, 50, 1),
        raw,
        NanoUsd.parse("0.04528"),
        "v1",
        250L,
        1500,
        Outcome.COMPLETED,
        false);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writes_one_line_of_the_agreed_fields() throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(usage("req-1"));
      var file = folder.resolve("2026-11-20.0000.jsonl");
      // Not closed yet: the line is there nonetheless.
      await().atMost(Duration.ofSeconds(5)).until(() -> Files.exists(file) && Files.size(file) > 0);
      assertThat(file)
          .hasContent(
              """
              {"time":"2026-11-20T23:59:00.500Z","requestId":"req-1","upstreamRequestId":"req_up",\
              "key":"alice","owner":"alice@example.com","team":"payments","sessionId":"session-1",\
              "agentId":null,"parentAgentId":null,"clientVersion":"2.1.329","modelAsked":"sonnet",\
              "modelServed":"claude-sonnet-4-5","provider":"anthropic","credential":"main",\
              "tokens":{"input":10,\
              "output":20,"cacheRead":30,"cacheWrite5m":40,"cacheWrite1h":50,"webSearches":1},\
              "rawUsage":null,\
              "costUsd":"0.04528","priceVersion":"v1","firstByteMs":250,"durationMs":1500,\
              "outcome":"completed","estimated":false}""");
    }
  }

  @Test
  void a_call_of_a_tool_is_a_line_of_its_own_kind() throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(usage("req-1"));
      log.write(
          new ToolRecord(
              START,
              "req-2",
              "alice",
              null,
              "payments",
              "0123456789abcdef",
              "toolu_1",
              "github",
              "tools/call",
              "search",
              "sha256:12",
              17,
              2_000_000,
              1_000_000,
              80,
              ToolRecord.Outcome.FAILED,
              "cut",
              NanoUsd.parse("0.002"),
              "p1",
              "{\"q\":\"[redacted]\"}",
              null));
    }
    assertThat(Files.readAllLines(folder.resolve("2026-11-20.0000.jsonl")).getLast())
        .isEqualTo(
            """
            {"kind":"tool","time":"2026-11-20T23:59:00.500Z","requestId":"req-2","key":"alice",\
            "owner":null,"team":"payments","session":"0123456789abcdef","toolUseId":"toolu_1",\
            "server":"github","tool":"search","digest":"sha256:12","inputBytes":17,\
            "resultBytes":2000000,"cutBytes":1000000,"durationMs":80,"outcome":"failed",\
            "reason":"cut","costUsd":"0.002","policyVersion":"p1",\
            "input":"{\\"q\\":\\"[redacted]\\"}","output":null}""");
  }

  @Test
  void another_message_to_a_server_of_tools_is_a_line_of_another_kind_that_costs_nothing()
      throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(
          new ToolRecord(
              START,
              "req-3",
              "alice",
              null,
              "payments",
              null,
              null,
              "tools/wiki",
              "resources/read",
              "wiki://page/1",
              null,
              23,
              4_000,
              0,
              80,
              ToolRecord.Outcome.COMPLETED,
              null,
              NanoUsd.ZERO,
              "p1",
              null,
              null));
    }
    assertThat(Files.readAllLines(folder.resolve("2026-11-20.0000.jsonl")).getLast())
        .isEqualTo(
            """
            {"kind":"message","time":"2026-11-20T23:59:00.500Z","requestId":"req-3","key":"alice",\
            "owner":null,"team":"payments","session":null,"toolUseId":null,\
            "server":"tools/wiki","method":"resources/read","name":"wiki://page/1",\
            "inputBytes":23,"resultBytes":4000,"cutBytes":0,"durationMs":80,\
            "outcome":"completed","reason":null,"costUsd":"0","policyVersion":"p1"}""");
  }

  @Test
  void a_call_of_a_tool_of_the_gateway_itself_is_a_line_of_its_own_kind_without_a_server()
      throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(
          new ToolRecord(
              START,
              "req-4",
              "alice",
              null,
              null,
              null,
              "toolu_1",
              null,
              "tools/call",
              "run_code",
              null,
              47,
              31,
              0,
              80,
              ToolRecord.Outcome.COMPLETED,
              null,
              NanoUsd.ZERO,
              "p1",
              null,
              null));
    }
    assertThat(Files.readAllLines(folder.resolve("2026-11-20.0000.jsonl")).getLast())
        .isEqualTo(
            """
            {"kind":"metaTool","time":"2026-11-20T23:59:00.500Z","requestId":"req-4",\
            "key":"alice","owner":null,"team":null,"session":null,"toolUseId":"toolu_1",\
            "server":null,"tool":"run_code","digest":null,\
            "inputBytes":47,"resultBytes":31,"cutBytes":0,"durationMs":80,\
            "outcome":"completed","reason":null,"costUsd":"0","policyVersion":"p1"}""");
  }

  @Test
  void writes_what_the_provider_told_or_how_long_it_was() throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(usage("req-1", new RawUsage.Told("{\"input_tokens\":7}")));
      log.write(usage("req-2", new RawUsage.LeftOut(5_000)));
    }
    var lines = Files.readAllLines(folder.resolve("2026-11-20.0000.jsonl"));
    assertThat(lines.getFirst()).contains("},\"rawUsage\":{\"input_tokens\":7},\"costUsd\"");
    assertThat(lines.getLast()).contains("},\"rawUsage\":{\"leftOutBytes\":5000},\"costUsd\"");
  }

  @Test
  void begins_a_new_file_each_day_and_goes_on_with_it_after_a_restart() throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(usage("req-1"));
      now = START.plus(Duration.ofMinutes(2));
      log.write(usage("req-2"));
    }
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(usage("req-3"));
    }
    assertThat(names()).containsExactly("2026-11-20.0000.jsonl", "2026-11-21.0000.jsonl");
    assertThat(Files.readAllLines(folder.resolve("2026-11-21.0000.jsonl"))).hasSize(2);
  }

  @Test
  void begins_a_new_file_at_the_size_and_deletes_the_oldest() throws Exception {
    try (var log = log(1200, 4800)) {
      for (var i = 10; i < 50; i++) {
        log.write(usage("req-" + i));
      }
    }
    assertThat(names()).doesNotContain("2026-11-20.0000.jsonl").contains("2026-11-20.0019.jsonl");
    try (var files = Files.list(folder)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isBetween(2400L, 4800L);
    }
  }

  @Test
  void records_wait_while_the_disk_cannot_be_written_to() throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      // The day's next file cannot be opened: it is a folder.
      var obstacle = Files.createDirectory(folder.resolve("2026-11-20.0000.jsonl"));
      log.write(usage("req-1"));
      log.write(usage("req-2"));
      await().pollDelay(UsageLog.WRITTEN_WITHIN.multipliedBy(4)).until(() -> true);
      Files.delete(obstacle);
    }
    assertThat(Files.readAllLines(folder.resolve("2026-11-20.0000.jsonl")))
        .hasSize(2)
        .allMatch(line -> line.endsWith("}"));
  }

  @Test
  void is_readable_by_its_user_only() throws Exception {
    try (var log = log(1 << 20, 1 << 22)) {
      log.write(usage("req-1"));
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("2026-11-20.0000.jsonl")))
        .hasToString("[OWNER_READ, OWNER_WRITE]");
  }
}
