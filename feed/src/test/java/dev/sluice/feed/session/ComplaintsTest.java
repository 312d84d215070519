package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ComplaintsTest {

  @Test
  void what_goes_wrong_again_and_again_is_one_line_a_minute() {
    var log = (Logger) LoggerFactory.getLogger(ComplaintsTest.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    log.addAppender(lines);
    var complaints = new Complaints(log);
    for (int i = 0; i < 100; i++) {
      complaints.of("it is lost");
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("it is lost (1 times since the last line)");
  }
}
