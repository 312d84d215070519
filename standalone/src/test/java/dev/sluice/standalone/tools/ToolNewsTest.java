package dev.sluice.standalone.tools;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ToolNewsTest {

  @Test
  void tells_once_of_each_definition_that_waits() {
    var logger = (Logger) LoggerFactory.getLogger(ToolNews.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    logger.addAppender(lines);
    try {
      var news = new ToolNews();
      var first = change("sha256:1");
      news.heard(List.of(), List.of(first));
      news.heard(List.of(), List.of(first));
      news.heard(List.of(), List.of(first, change("sha256:2")));
      news.heard(List.of(), List.of());
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(line -> line.getKeyValuePairs().toString())
        .satisfiesExactly(
            line -> assertThat(line).contains("wiki", "search", "sha256:1"),
            line -> assertThat(line).contains("sha256:2"));
  }

  private static ToolChange change(String digest) {
    return new ToolChange(new ObjectName("default", "wiki"), "search", null, "{}", digest);
  }
}
