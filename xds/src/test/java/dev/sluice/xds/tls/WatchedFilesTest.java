package dev.sluice.xds.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WatchedFilesTest {

  @TempDir Path folder;
  private final List<List<String>> taken = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(WatchedFiles.class);
  private Path certificate;
  private Path key;

  @BeforeEach
  void write() throws Exception {
    certificate = Files.writeString(folder.resolve("tls.crt"), "c1");
    key = Files.writeString(folder.resolve("tls.key"), "k1");
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  private WatchedFiles watch() throws Exception {
    return WatchedFiles.start(
        List.of(certificate, key),
        texts -> {
          if (texts.contains("bad")) {
            throw new BadCertificateException("it is bad");
          }
          taken.add(texts);
        });
  }

  @Test
  void a_pair_is_taken_when_both_files_have_come_to_rest() throws Exception {
    try (var _ = watch()) {
      assertThat(taken).containsExactly(List.of("c1", "k1"));
      Files.writeString(certificate, "c2");
      Files.writeString(key, "k2");
      await().until(() -> taken.size() == 2);
      assertThat(taken.getLast()).containsExactly("c2", "k2");
    }
  }

  @Test
  void a_bad_one_is_one_line_of_the_log_and_the_next_good_one_is_taken() throws Exception {
    try (var _ = watch()) {
      Files.writeString(key, "bad");
      await().until(() -> errors().size() == 1);
      Files.delete(key);
      await().until(() -> errors().size() == 2);
      Files.writeString(key, "k3");
      await().until(() -> taken.size() == 2);
      assertThat(taken.getLast()).containsExactly("c1", "k3");
      assertThat(errors().getFirst()).contains("it is bad; the last good certificate stays");
      assertThat(errors().getLast()).contains("tls.key").contains("the last good");
    }
  }

  private List<String> errors() {
    return log.list.stream()
        .filter(event -> event.getLevel() == ch.qos.logback.classic.Level.ERROR)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void what_is_bad_at_first_is_thrown() throws Exception {
    Files.writeString(key, "bad");
    assertThatThrownBy(this::watch).hasMessage("it is bad");
    Files.delete(key);
    assertThatThrownBy(this::watch).isInstanceOf(NoSuchFileException.class);
    Files.write(key, new byte[(1 << 20) + 1]);
    assertThatThrownBy(this::watch)
        .hasMessageEndingWith("tls.key: 1048577 bytes (expected: 1048576 or less)");
  }
}
