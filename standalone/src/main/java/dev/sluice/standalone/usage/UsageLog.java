package dev.sluice.standalone.usage;

import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Usage records as JSON Lines in a folder: a new file each day (UTC) and at a size, the oldest
/// deleted once all are larger than the limit.
///
/// Records are written together, a moment after they came: a crash of this process loses those of
/// the last [#WRITTEN_WITHIN], whose cost the ledger knows nonetheless.
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

  /// Longer than this no record waits to be written: what a crash of this process can lose.
  static final Duration WRITTEN_WITHIN = Duration.ofMillis(50);

  /// Records that wait while the disk cannot be written to; beyond it new ones are refused.
  private static final int WAITING_MAX = 20_000;

  private static final int WRITE_BYTES_MAX = 1 << 16;
  private static final Logger LOG = LoggerFactory.getLogger(UsageLog.class);

  private record Waiting(Supplier<byte[]> line, Instant since) {
    LocalDate day() {
      return LocalDate.ofInstant(since, ZoneOffset.UTC);
    }
  }

  private final Path folder;
  private final Limits limits;
  private final InstantSource clock;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable FileChannel current;
  private LocalDate day = LocalDate.EPOCH;
  private long size;

  /// What is on its way to the file.
  private ByteBuffer batch = ByteBuffer.allocate(0);

  private LocalDate batchDay = LocalDate.EPOCH;

  private boolean failing;

  public UsageLog(Path folder, Limits limits, InstantSource clock) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.limits = limits;
    this.clock = clock;
    this.writer = Thread.ofPlatform().daemon().name("usage-log").start(this::writeUntilClosed);
  }

  @Override
  public void write(UsageRecord usage) {
    write(() -> UsageJson.line(usage));
  }

  @Override
  public void write(ToolRecord usage) {
    write(() -> ToolJson.line(usage));
  }

  private void write(Supplier<byte[]> line) {
    if (!waiting.offer(new Waiting(line, clock.instant()))) {
      throw new IllegalStateException(WAITING_MAX + " usage records wait for " + folder);
    }
  }

  /// Looks now and then rather than being woken for each record: that would cost more than the
  /// writing.
  private void writeUntilClosed() {
    try {
      while (!closing.await(WRITTEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        writeOrTryAgain();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeOrTryAgain() {
    try {
      writeWaiting();
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.error("usage records cannot be written to {}: they wait", folder, e);
      }
      failing = true;
    }
  }

  /// Writes all that wait, in as few pieces as their files allow.
  private void writeWaiting() throws IOException {
    lock.lock();
    try {
      writeBatch(); // What an earlier failure has left.
      for (var first = waiting.peek(); first != null; first = waiting.peek()) {
        batchDay = first.day();
        batch = ByteBuffer.wrap(batch(first.day()));
        writeBatch();
      }
    } finally {
      lock.unlock();
    }
  }

  private byte[] batch(LocalDate date) {
    var lines = new ByteArrayOutputStream(WRITE_BYTES_MAX);
    long most = Math.min(WRITE_BYTES_MAX, limits.fileBytesMax());
    for (var next = waiting.peek();
        next != null && next.day().equals(date);
        next = waiting.peek()) {
      var line = next.line().get();
      if (lines.size() > 0 && lines.size() + line.length > most) {
        break;
      }
      lines.writeBytes(line);
      waiting.remove();
    }
    return lines.toByteArray();
  }

  private void writeBatch() throws IOException {
    if (batch.hasRemaining()) {
      var file = file(batchDay, batch.remaining());
      while (batch.hasRemaining()) {
        size += file.write(batch);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    lock.lock();
    try {
      writeWaiting();
      closeCurrent();
    } finally {
      lock.unlock();
    }
  }

  /// The file in which there is room for `bytes` more.
  private FileChannel file(LocalDate date, int bytes) throws IOException {
    var open = current;
    if (open != null && date.equals(day) && size + bytes <= limits.fileBytesMax()) {
      return open;
    }
    closeCurrent();
    day = date;
    deleteOldest();
    open =
        FileChannel.open(
            pathFor(date, bytes),
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
