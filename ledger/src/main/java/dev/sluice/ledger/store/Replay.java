package dev.sluice.ledger.store;

import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.Books;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a store: the last checkpoint up to a position, and the events after it.
final class Replay {

  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private Books books = new Books();
  private String lastId = "0-0";
  private Checkpoint.Source source = Checkpoint.Source.LOG;
  private long events;
  private @Nullable String damage;

  private Replay() {}

  /// What a store has.
  ///
  /// @param lastId of the stream's last event that is in the books
  /// @param source what its checkpoint was made from
  /// @param events how many were read after the checkpoint
  /// @param damage where the log cannot be read any further, and why; null where it is whole
  public record Found(
      Books books, String lastId, Checkpoint.Source source, long events, @Nullable String damage) {}

  static Found read(StoreFolder folder, Position upTo) throws IOException {
    var replay = new Replay();
    replay.begin(folder, upTo);
    replay.addAll(folder.segments(), upTo);
    return new Found(replay.books, replay.lastId, replay.source, replay.events, replay.damage);
  }

  /// The last checkpoint that can be read.
  private void begin(StoreFolder folder, Position upTo) throws IOException {
    for (var file : folder.checkpoints().reversed()) {
      if (StoreFolder.position(file).compareTo(upTo) <= 0) {
        try {
          var checkpoint = CheckpointJson.read(file);
          books = checkpoint.books();
          lastId = checkpoint.lastId();
          source = checkpoint.source();
          return;
        } catch (IOException e) {
          LOG.error("the checkpoint before it is used", e);
        }
      }
    }
  }

  private void addAll(List<Path> segments, Position upTo) throws IOException {
    for (int i = 0; i < segments.size() && damage == null; i++) {
      var next = i + 1 < segments.size() ? StoreFolder.position(segments.get(i + 1)) : null;
      if (next == null || next.compareTo(nextEvent()) > 0) {
        add(segments.get(i), upTo);
      }
    }
  }

  private Position nextEvent() {
    return new Position(books.position().epoch(), books.position().sequence() + 1);
  }

  private void add(Path segment, Position upTo) throws IOException {
    try (var lines = StoreFolder.lines(segment)) {
      int number = 0;
      for (var line = lines.readLine(); line != null && damage == null; line = lines.readLine()) {
        number++;
        var event = event(line);
        if (event == null) {
          damage = segment + ":" + number + ": damaged";
        } else if (event.position().compareTo(upTo) > 0) {
          return;
        } else if (event.position().compareTo(books.position()) > 0) {
          add(event, segment + ":" + number);
        }
      }
    } catch (NoSuchFileException _) {
      LOG.debug("{} was deleted meanwhile: a checkpoint has it", segment);
    }
  }

  private static @Nullable BookEvent event(String line) {
    try {
      return EventJson.read(line);
    } catch (RuntimeException e) {
      LOG.debug("no event", e);
      return null;
    }
  }

  private void add(BookEvent event, String place) {
    if (books.fits(event)) {
      books.add(event);
      lastId = event.id();
      events++;
    } else {
      damage =
          "%s: event %d comes after event %d"
              .formatted(place, event.position().sequence(), books.position().sequence());
    }
  }
}
