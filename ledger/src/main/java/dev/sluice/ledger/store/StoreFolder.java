package dev.sluice.ledger.store;

import dev.sluice.ledger.Position;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.exc.JacksonIOException;

/// The files of a store: segments of the log, and checkpoints. Their names have the epoch and the
/// sequence of the first event, or of the last that a checkpoint has, so that they sort in order.
///
/// @param path of the folder
record StoreFolder(Path path) {

  static final long SEGMENT_BYTES_MAX = 64L << 20;

  /// For how long a segment stays that no checkpoint needs, and how much of them all.
  static final Duration SEGMENTS_KEPT = Duration.ofDays(30);

  static final long SEGMENTS_BYTES_MAX = 4L << 30;
  private static final int CHECKPOINTS_KEPT = 2;

  private static final Pattern SEGMENT = Pattern.compile("events-(\\d{13,})-(\\d{16,})\\.jsonl");
  private static final Pattern CHECKPOINT =
      Pattern.compile("checkpoint-(\\d{13,})-(\\d{16,})\\.json");

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// The name of the store in Redis, made once.
  String id() throws IOException {
    var file = path.resolve("id");
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException _) {
      var id = UUID.randomUUID().toString();
      replace(file, out -> out.write((id + "\n").getBytes(StandardCharsets.US_ASCII)));
      return id;
    }
  }

  List<Path> segments() throws IOException {
    return files(SEGMENT);
  }

  List<Path> checkpoints() throws IOException {
    return files(CHECKPOINT);
  }

  private List<Path> files(Pattern name) throws IOException {
    try (var files = Files.list(path)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  static Position position(Path file) {
    var name = file.getFileName().toString();
    for (var pattern : List.of(SEGMENT, CHECKPOINT)) {
      var match = pattern.matcher(name);
      if (match.matches()) {
        return new Position(Long.parseLong(match.group(1)), Long.parseLong(match.group(2)));
      }
    }
    throw new IllegalStateException("BUG: " + file + " is no file of the log");
  }

  /// A segment for events from `first` on, at its end.
  FileChannel segment(Position first) throws IOException {
    return FileChannel.open(
        path.resolve("events-%013d-%016d.jsonl".formatted(first.epoch(), first.sequence())),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        PRIVATE);
  }

  /// The whole lines of a segment; one that is cut at the end was never confirmed.
  static BufferedReader lines(Path segment) throws IOException {
    var whole = new Whole(Files.newInputStream(segment), wholeBytes(segment));
    return new BufferedReader(new InputStreamReader(whole, StandardCharsets.UTF_8), 1 << 16);
  }

  /// How long a segment is up to the end of its last whole line.
  static long wholeBytes(Path segment) throws IOException {
    try (var file = new RandomAccessFile(segment.toFile(), "r")) {
      long length = file.length();
      while (length > 0) {
        file.seek(length - 1);
        if (file.read() == '\n') {
          return length;
        }
        length--;
      }
      return 0;
    }
  }

  /// The first bytes of a file that may grow.
  private static final class Whole extends InputStream {
    private final InputStream in;
    private long left;

    Whole(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      return left-- > 0 ? in.read() : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (left <= 0) {
        return -1;
      }
      int count = in.read(into, from, (int) Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /// Cuts off what a crash left of a line.
  static void cutTorn(Path segment) throws IOException {
    try (var file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      file.truncate(wholeBytes(segment));
      file.force(true);
    }
  }

  void write(Checkpoint checkpoint) throws IOException {
    var at = checkpoint.books().position();
    var file = path.resolve("checkpoint-%013d-%016d.json".formatted(at.epoch(), at.sequence()));
    replace(file, out -> CheckpointJson.write(checkpoint, out));
  }

  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  /// Whole or not at all, also after a power cut.
  private void replace(Path file, Content content) throws IOException {
    var work = path.resolve("." + file.getFileName() + ".new");
    var options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(work, options, PRIVATE)) {
      content.write(Channels.newOutputStream(channel));
      channel.force(true);
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
    Files.move(work, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var folder = FileChannel.open(path, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /// Deletes the checkpoints but the last two, and of the segments before these what is old, or too
  /// much.
  void deleteOld(Instant now) throws IOException {
    var checkpoints = checkpoints();
    int old = checkpoints.size() - CHECKPOINTS_KEPT;
    for (var checkpoint : checkpoints.subList(0, Math.max(0, old))) {
      Files.delete(checkpoint);
    }
    if (old < 0) {
      return;
    }
    var needed = position(checkpoints.get(old));
    long bytes = 0;
    Path later = null;
    for (var segment : segments().reversed()) {
      bytes += Files.size(segment);
      var changed = Files.getLastModifiedTime(segment).toInstant();
      var past = changed.plus(SEGMENTS_KEPT).isBefore(now) || bytes > SEGMENTS_BYTES_MAX;
      if (past && later != null && position(later).compareTo(needed) <= 0) {
        Files.delete(segment);
      }
      later = segment;
    }
  }
}
