package dev.sluice.ledger.store;

import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.FastBook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ledger's log in a folder, with the books that its events add up to.
///
/// Events are on disk when [#append] returns; what a crash leaves of a line is cut off at the next
/// start. For one process and one thread at a time.
public final class Store implements AutoCloseable {

  /// After every event.
  public static final Position END = new Position(Long.MAX_VALUE, Long.MAX_VALUE);

  private final StoreFolder folder;
  private final InstantSource clock;
  private final String id;
  private Books books;
  private String lastId;
  private Checkpoint.Source source;
  private final @Nullable String damage;
  private @Nullable FileChannel segment;
  private long eventsSinceCheckpoint;
  private long checkpointAt;

  private Store(StoreFolder folder, InstantSource clock, Replay.Found found) throws IOException {
    this.folder = folder;
    this.clock = clock;
    this.id = folder.id();
    this.books = found.books();
    this.lastId = found.lastId();
    this.source = found.source();
    this.damage = found.damage();
    this.eventsSinceCheckpoint = found.events();
    this.checkpointAt = clock.millis();
  }

  /// @param path of a folder that is there
  public static Store open(Path path, InstantSource clock) throws IOException {
    var folder = new StoreFolder(path);
    var segments = folder.segments();
    if (!segments.isEmpty()) {
      StoreFolder.cutTorn(segments.getLast());
    }
    var store = new Store(folder, clock, Replay.read(folder, END));
    if (store.damage != null) {
      // The events after the damage stay in their file; they are not read again.
      store.checkpoint();
    }
    return store;
  }

  /// What a store has up to a position, beside whoever writes to it.
  ///
  /// @param events how many were read after the checkpoint
  /// @param damage where the log cannot be read any further, and why
  public record Kept(Books books, String lastId, long events, Optional<String> damage) {}

  public static Kept read(Path path, Position upTo) throws IOException {
    var found = Replay.read(new StoreFolder(path), upTo);
    return new Kept(
        found.books(), found.lastId(), found.events(), Optional.ofNullable(found.damage()));
  }

  /// The name under which Redis knows it.
  public String id() {
    return id;
  }

  public Position position() {
    return books.position();
  }

  /// Id of the last event in the stream that it has.
  public String lastId() {
    return lastId;
  }

  /// Only to be read.
  public Books books() {
    return books;
  }

  /// Where the log could not be read any further at the start, and why.
  public Optional<String> damage() {
    return Optional.ofNullable(damage);
  }

  public long eventsSinceCheckpoint() {
    return eventsSinceCheckpoint;
  }

  /// When the last checkpoint was taken, or the store was opened, in milliseconds since 1970.
  public long checkpointAt() {
    return checkpointAt;
  }

  /// Adds the events that come next, and brings them to the disk.
  public void append(List<BookEvent> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    var file = segment;
    if (file == null || file.size() > StoreFolder.SEGMENT_BYTES_MAX) {
      closeSegment();
      file = folder.segment(events.getFirst().position());
      segment = file;
    }
    long before = file.size();
    try {
      var lines = ByteBuffer.wrap(EventJson.lines(events));
      while (lines.hasRemaining()) {
        file.write(lines);
      }
      file.force(false);
    } catch (IOException e) {
      file.truncate(before);
      throw e;
    }
    events.forEach(books::add);
    lastId = events.getLast().id();
    eventsSinceCheckpoint += events.size();
  }

  /// Events of the stream up to here add nothing.
  public void passed(String streamId) {
    lastId = streamId;
  }

  /// Takes what Redis holds for its own books, since it has not all events.
  public void rebase(FastBook redis) throws IOException {
    books = Books.of(redis.position(), redis.windows(), redis.holds());
    lastId = redis.lastId();
    source = Checkpoint.Source.REDIS;
    checkpoint();
  }

  /// Goes on in another epoch with its own books.
  public void begin(long epoch) throws IOException {
    books.begin(epoch);
    checkpoint();
  }

  /// Brings the books to the disk; the next event begins a segment.
  public void checkpoint() throws IOException {
    books.forgetPast(clock.millis());
    closeSegment();
    folder.write(new Checkpoint(books, lastId, source));
    folder.deleteOld(clock.instant());
    eventsSinceCheckpoint = 0;
    checkpointAt = clock.millis();
  }

  private void closeSegment() throws IOException {
    var open = segment;
    if (open != null) {
      segment = null;
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeSegment();
  }

  /// Whether there is anything in a folder.
  public static boolean exists(Path path) throws IOException {
    var folder = new StoreFolder(path);
    return Files.isDirectory(path)
        && !(folder.segments().isEmpty() && folder.checkpoints().isEmpty());
  }
}
