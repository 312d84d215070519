package dev.sluice.standalone.tools;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ToolNewsTest {

  @Test
  void tells_once_of_each_definition_that_waits() {
    var first = change("sha256:1");
    var lines =
        lines(
            news -> {
              news.heard(List.of(), List.of(first));
              news.heard(List.of(), List.of(first));
              news.heard(List.of(), List.of(first, change("sha256:2")));
              news.heard(List.of(), List.of());
            });
    assertThat(lines)
        .satisfiesExactly(
            line -> assertThat(line).contains("wiki", "search", "sha256:1"),
            line -> assertThat(line).contains("sha256:2"));
  }

  @Test
  void tells_once_of_what_is_odd_in_tools_that_are_not_denied() {
    var lines =
        lines(
            news -> {
              news.heard(List.of(report(Verdict.SERVED, "one")), List.of());
              news.heard(List.of(report(Verdict.SERVED, "one", "two")), List.of());
              news.heard(List.of(report(Verdict.DENIED, "three")), List.of());
            });
    assertThat(lines)
        .satisfiesExactly(
            line -> assertThat(line).contains("wiki", "search", "one"),
            line -> assertThat(line).contains("two").doesNotContain("one"));
  }

  @Test
  void tells_once_of_what_is_wrong_with_a_server_that_is_connected() {
    var lines =
        lines(
            news -> {
              news.heard(List.of(troubled(true, "no list")), List.of());
              news.heard(List.of(troubled(true, "no list")), List.of());
              news.heard(List.of(troubled(false, "refused")), List.of());
              news.heard(List.of(troubled(true, "no record")), List.of());
            });
    assertThat(lines)
        .satisfiesExactly(
            line -> assertThat(line).contains("wiki", "no list"),
            line -> assertThat(line).contains("no record"));
  }

  private static ServerReport troubled(boolean connected, String error) {
    var server = new ObjectName("default", "wiki");
    return new ServerReport(server, connected, Instant.EPOCH, null, List.of(), error, true);
  }

  private static List<String> lines(Consumer<ToolNews> told) {
    var logger = (Logger) LoggerFactory.getLogger(ToolNews.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    logger.addAppender(lines);
    try {
      told.accept(new ToolNews());
    } finally {
      logger.detachAppender(lines);
    }
    return lines.list.stream().map(line -> line.getKeyValuePairs().toString()).toList();
  }

  private static ServerReport report(Verdict verdict, String... suspicions) {
    return new ServerReport(
        new ObjectName("default", "wiki"),
        true,
        Instant.EPOCH,
        "2025-11-25",
        List.of(new ServerReport.Tool("search", "sha256:1", verdict, List.of(suspicions))),
        null,
        false);
  }

  private static ToolChange change(String digest) {
    return new ToolChange(new ObjectName("default", "wiki"), "search", null, "{}", digest);
  }
}
