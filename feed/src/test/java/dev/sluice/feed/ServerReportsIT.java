package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.feed.codec.ToolWords;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.proto.tools.v1.ToolsProto;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerReportsIT {

  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final ObjectName SERVER = new ObjectName("default", "weather");

  private static ServerReport report(boolean connected, @Nullable String protocol) {
    var tool =
        new ServerReport.Tool("forecast", "sha256:1", Verdict.CHANGED, List.of("speaks oddly"));
    return new ServerReport(
        SERVER,
        connected,
        Instant.parse("2026-11-30T01:02:03.004005006Z"),
        protocol,
        List.of(tool),
        connected ? null : "not there",
        false);
  }

  private static ToolChange change(@Nullable String recorded, String current) {
    return new ToolChange(SERVER, "forecast", recorded, current, "sha256:2");
  }

  @Test
  void what_each_gateway_says_is_there_by_its_id_until_it_ends() throws Exception {
    var said = List.of(report(true, "2026-07-28"));
    var changes = List.of(change("{\"a\":\"ü\"}", "{}"), change(null, "{\"b\":1}"));
    try (var redis = RedisServer.start();
        var reader = ServerReports.open(RedisConfig.of(redis.uri()), "reader");
        var one = ServerReports.open(RedisConfig.of(redis.uri()), "one")) {
      try (var other = ServerReports.open(RedisConfig.of(redis.uri()), "other")) {
        one.tell(said, changes);
        other.tell(List.of(report(false, null)), List.of());
        await().atMost(WITHIN).until(() -> reader.all().size() == 2);
        assertThat(reader.all())
            .containsEntry("one", new ToolWords(said, changes))
            .containsEntry("other", new ToolWords(List.of(report(false, null)), List.of()));
        one.tell(said, List.of());
        await()
            .atMost(WITHIN)
            .until(() -> new ToolWords(said, List.of()).equals(reader.all().get("one")));
      }
      assertThat(reader.all()).containsOnlyKeys("one");
    }
  }

  @Test
  void an_error_of_a_gateway_that_does_not_tell_what_it_is_of_is_one_of_tools() throws Exception {
    var words = new ToolWords(List.of(report(false, null), report(true, null)), List.of());
    var told = ToolsProto.Told.parseFrom(words.write(10_000)).toBuilder();
    told.getReportsBuilderList().forEach(ToolsProto.ServerReport.Builder::clearToolsFail);
    assertThat(ToolWords.read(told.build().toByteArray()).reports())
        .extracting(ServerReport::toolsFail)
        .containsExactly(true, false);
    assertThat(ToolWords.read(words.write(10_000)).reports())
        .extracting(ServerReport::toolsFail)
        .containsExactly(false, false);
  }

  @Test
  void what_is_too_large_is_told_without_its_definitions_and_then_without_tools() {
    var changes = IntStream.range(0, 50).mapToObj(i -> change(null, "x".repeat(1_000))).toList();
    var words = new ToolWords(List.of(report(true, "2025-11-25"), report(false, null)), changes);
    var shorter = words.write(10_000);
    assertThat(shorter.length).isLessThanOrEqualTo(10_000);
    assertThat(ToolWords.read(shorter).reports()).isEqualTo(words.reports());
    assertThat(ToolWords.read(shorter).changes()).hasSizeBetween(5, 9);
    var least = ToolWords.read(words.write(120));
    assertThat(least.reports()).hasSize(2);
    assertThat(least.reports().getLast().tools()).isEmpty();
    assertThat(least.changes()).isEmpty();
  }
}
