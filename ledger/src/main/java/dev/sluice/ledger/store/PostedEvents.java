package dev.sluice.ledger.store;

import dev.sluice.ledger.books.BookEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Reads from a store's log what was posted for some owners, beside whoever writes to it.
public final class PostedEvents {

  /// Of the newest segments; those before them are not read. Some 1.2 million events.
  static final long READ_BYTES_MAX = 1L << 30;

  private static final Logger LOG = LoggerFactory.getLogger(PostedEvents.class);

  /// Level and owner of a limit.
  private static final Pattern OWNER = Pattern.compile("\"limit\":\"([^:\"]+:[^:\"]+:)");

  private static final String NOTHING_POSTED = "\"posted\":{}";

  /// What was read.
  ///
  /// @param last sequence of the last event in the log
  /// @param whole false where the log does not reach back to where it was to begin, or has a gap
  public record Reading(long events, long last, boolean whole) {}

  private final Instant since;
  private final Set<String> owners;
  private final Consumer<BookEvent> taker;
  private long events;
  private long last;
  private boolean whole;

  private PostedEvents(Instant since, Set<String> owners, Consumer<BookEvent> taker) {
    this.since = since;
    this.owners = owners;
    this.taker = taker;
  }

  /// Gives the events to `taker`, oldest first.
  ///
  /// @param since some events of before come too
  /// @param owners as the ids of their limits begin: `key:default/alice:`
  public static Reading read(
      Path folder, Instant since, Set<String> owners, Consumer<BookEvent> taker)
      throws IOException {
    var reader = new PostedEvents(since, Set.copyOf(owners), taker);
    var segments = reader.since(new StoreFolder(folder).segments());
    for (int at = 0; at < segments.size(); at++) {
      reader.read(segments.get(at), segments.subList(at + 1, segments.size()));
    }
    return new Reading(reader.events, reader.last, reader.whole);
  }

  /// One that was written last before then has nothing that counts.
  private List<Path> since(List<Path> all) throws IOException {
    var newest = new ArrayList<Path>();
    long bytes = 0;
    for (var segment : all.reversed()) {
      if (Files.getLastModifiedTime(segment).toInstant().isBefore(since)) {
        whole = true;
        break;
      }
      bytes += Files.size(segment);
      if (bytes > READ_BYTES_MAX && !newest.isEmpty()) {
        break;
      }
      newest.addFirst(segment);
    }
    return newest;
  }

  /// @param later segments: what a fork left here beyond their first event was never in the books
  private void read(Path segment, List<Path> later) throws IOException {
    long end = later.stream().mapToLong(PostedEvents::first).min().orElse(Long.MAX_VALUE);
    if (last > 0 && first(segment) != last + 1) {
      whole = false;
    }
    try (var lines = StoreFolder.lines(segment)) {
      String newest = null;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        events++;
        if (events == 1) {
          begin(line);
        }
        if (counts(line)) {
          take(line, end);
        }
        newest = line;
      }
      var event = newest == null ? null : event(newest);
      last = event == null ? last : Math.min(event.position().sequence(), end - 1);
    } catch (NoSuchFileException e) {
      LOG.debug("{} was deleted meanwhile: it was too old", segment, e);
      whole = false;
    }
  }

  private static long first(Path segment) {
    return StoreFolder.position(segment).sequence();
  }

  private void begin(String line) {
    var event = event(line);
    if (event != null) {
      whole |= event.position().sequence() == 1 || event.time() <= since.toEpochMilli();
    }
  }

  /// Most lines are not of these owners, and need not be parsed.
  private boolean counts(String line) {
    if (line.contains(NOTHING_POSTED)) {
      return false;
    }
    for (var owner = OWNER.matcher(line); owner.find(); ) {
      if (owners.contains(owner.group(1))) {
        return true;
      }
    }
    return false;
  }

  private void take(String line, long end) {
    var event = event(line);
    if (event != null && event.position().sequence() < end) {
      taker.accept(event);
    }
  }

  /// The start of a gateway tells where its log is damaged.
  private @Nullable BookEvent event(String line) {
    try {
      return EventJson.read(line);
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      LOG.debug("no event", e);
      whole = false;
      return null;
    }
  }
}
