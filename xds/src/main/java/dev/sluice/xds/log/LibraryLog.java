package dev.sluice.xds.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// What libraries say to `java.util.logging`, as lines of the process's log.
// It extends a foreign class: handlers of the JDK are no interface.
public final class LibraryLog extends Handler {

  private static final SimpleFormatter WORDS = new SimpleFormatter();

  private LibraryLog() {}

  /// From here on nothing is written in the JDK's own form. What is below INFO is not asked for.
  public static void install() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("").addHandler(new LibraryLog());
  }

  @Override
  public void publish(@Nullable LogRecord entry) {
    if (entry == null) {
      return;
    }
    var name = entry.getLoggerName();
    LoggerFactory.getLogger(name == null || name.isEmpty() ? "library" : name)
        .atLevel(level(entry.getLevel()))
        .setCause(entry.getThrown())
        .log(WORDS.formatMessage(entry));
  }

  private static org.slf4j.event.Level level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return org.slf4j.event.Level.ERROR;
    }
    if (value >= Level.WARNING.intValue()) {
      return org.slf4j.event.Level.WARN;
    }
    return value >= Level.INFO.intValue()
        ? org.slf4j.event.Level.INFO
        : org.slf4j.event.Level.DEBUG;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
