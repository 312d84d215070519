package dev.sluice.standalone.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a program prints, in a file and its one predecessor, each of bounded size.
final class ChildLog {

  private static final Logger LOG = LoggerFactory.getLogger(ChildLog.class);
  private static final long FILE_BYTES_MAX = 8 << 20;
  private static final int LINES_KEPT = 20;

  private final Path file;
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final Thread copier;

  private ChildLog(String name, BufferedReader output, Path file) {
    this.file = file;
    this.copier = Thread.ofVirtual().name("log-" + name).unstarted(() -> copyAll(name, output));
  }

  static ChildLog copy(String name, BufferedReader output, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    var log = new ChildLog(name, output, file);
    log.copier.start();
    return log;
  }

  List<String> lastLines() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }

  void awaitEnd(Duration patience) {
    try {
      copier.join(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void copyAll(String name, BufferedReader output) {
    try (output) {
      var more = true;
      while (more) {
        more = copyOneFile(output);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.atWarn().addKeyValue("child", name).setCause(e).log("the log of a child ended");
    }
  }

  /// Fills one file; true where there is more to come.
  private boolean copyOneFile(BufferedReader output) throws IOException {
    var size = Files.exists(file) ? Files.size(file) : 0;
    try (var writer = open()) {
      while (size < FILE_BYTES_MAX) {
        var line = output.readLine();
        if (line == null) {
          return false;
        }
        keep(line);
        writer.write(line);
        writer.write('\n');
        writer.flush();
        size += line.length() + 1;
      }
    }
    Files.move(
        file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  private Writer open() throws IOException {
    return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void keep(String line) {
    synchronized (last) {
      if (last.size() == LINES_KEPT) {
        last.removeFirst();
      }
      last.addLast(line);
    }
  }
}
