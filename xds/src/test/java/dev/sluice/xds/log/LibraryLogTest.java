package dev.sluice.xds.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Lines of libraries in the process's log.
final class LibraryLogTest {

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("a.library");

  @BeforeEach
  void install() {
    lines.start();
    log.addAppender(lines);
    log.setLevel(ch.qos.logback.classic.Level.INFO);
    LibraryLog.install();
  }

  @AfterEach
  void leave() throws Exception {
    log.detachAppender(lines);
    log.setLevel(null);
    LogManager.getLogManager().readConfiguration();
  }

  @Test
  void a_line_of_a_library_keeps_its_logger_its_level_its_words_and_its_cause() {
    var library = java.util.logging.Logger.getLogger("a.library");
    var cause = new IllegalStateException("the cause");
    library.log(Level.INFO, "bound for {0}", "a socket");
    library.log(Level.SEVERE, "it failed", cause);
    library.warning("100% {full}");
    library.fine("not asked for");
    assertThat(lines.list)
        .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
        .containsExactly("INFO bound for a socket", "ERROR it failed", "WARN 100% {full}");
    assertThat(lines.list.get(1).getThrowableProxy().getMessage()).isEqualTo("the cause");
    assertThat(lines.list).extracting(ILoggingEvent::getLoggerName).containsOnly("a.library");
  }

  @Test
  void a_logger_of_the_system_comes_the_same_way() {
    System.getLogger("a.library").log(System.Logger.Level.WARNING, "told");
    assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("told");
  }
}
