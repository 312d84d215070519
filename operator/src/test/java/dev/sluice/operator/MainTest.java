package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class MainTest {

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("a.library");

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() throws Exception {
    log.detachAppender(lines);
    System.clearProperty("logback.configurationFile");
    LogManager.getLogManager().readConfiguration();
  }

  @Test
  void what_libraries_say_is_a_line_of_the_operators_log() throws Exception {
    Main.main(new String[] {"--help"});
    java.util.logging.Logger.getLogger("a.library").warning("told");
    assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("told");
  }
}
