package dev.sluice.standalone.usage;

import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Usage records as JSON Lines in a folder: a new file each day (UTC) and at a size, the oldest
/// deleted once all are larger than the limit.
///
/// A record is in the hands of the operating system when [#write] returns, so that a crash of this
/// process loses nothing.
public final class UsageLog implements UsageSink, AutoCloseable {

  /// How much is kept.
  ///
  /// @param fileBytesMax after which a new file is begun
  /// @param totalBytesMax for all files together
  public record Limits(long fileBytesMax, long totalBytesMax) {
    public static final Limits DEFAULT = new Limits(64L << 20, 2L << 30);

    public Limits {
      if (totalBytesMax < 2 * fileBytesMax) {
        throw new IllegalArgumentException(
            "totalBytesMax: %d (expected: at least two files of %d)"
                .formatted(totalBytesMax, fileBytesMax));
      }
    }
  }

  private static final String SUFFIX = ".jsonl";
  private static final Pattern NAME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}\\.(\\d{4})\\.jsonl");

  private final Path folder;
  private final Limits limits;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable FileChannel current;
  private LocalDate day = LocalDate.EPOCH;
  private long size;

  public UsageLog(Path folder, Limits limits, InstantSource clock) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public void write(UsageRecord usage) {
    var line = ByteBuffer.wrap(UsageJson.line(usage));
    lock.lock();
    try {
      var file = file(line.remaining());
      size += line.remaining();
      while (line.hasRemaining()) {
        file.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a usage record to " + folder, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closeCurrent();
    } finally {
      lock.unlock();
    }
  }

  /// The file in which there is room for `bytes` more.
  private FileChannel file(int bytes) throws IOException {
    var today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    var open = current;
    if (open != null && today.equals(day) && size + bytes <= limits.fileBytesMax()) {
      return open;
    }
    closeCurrent();
    day = today;
    deleteOldest();
    var path = pathFor(today, bytes);
    open =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    size = open.size();
    current = open;
    return open;
  }

  private void closeCurrent() throws IOException {
    var open = current;
    if (open != null) {
      current = null;
      open.close();
    }
  }

  /// The day's last file while there is room in it, else its next one.
  private Path pathFor(LocalDate today, int bytes) throws IOException {
    var ofToday = files().stream().filter(file -> name(file).startsWith(today + ".")).toList();
    if (ofToday.isEmpty()) {
      return path(today, 0);
    }
    var last = ofToday.getLast();
    return Files.size(last) + bytes <= limits.fileBytesMax() ? last : path(today, number(last) + 1);
  }

  private Path path(LocalDate today, int number) {
    return folder.resolve("%s.%04d%s".formatted(today, number, SUFFIX));
  }

  private static int number(Path file) {
    return Integer.parseInt(NAME.matcher(name(file)).replaceFirst("$1"));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private void deleteOldest() throws IOException {
    var files = files();
    var total = 0L;
    for (var file : files.reversed()) {
      total += Files.size(file);
      if (total > limits.totalBytesMax() - limits.fileBytesMax()) {
        Files.delete(file);
      }
    }
  }

  /// Oldest first: the names sort by time.
  private List<Path> files() throws IOException {
    try (var paths = Files.list(folder)) {
      return paths.filter(path -> NAME.matcher(name(path)).matches()).sorted().toList();
    }
  }
}
