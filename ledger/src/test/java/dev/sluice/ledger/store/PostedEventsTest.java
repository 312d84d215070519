package dev.sluice.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Measure;
import dev.sluice.ledger.ManualClock;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.BookState;
import dev.sluice.ledger.books.FastBook;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.Slot;
import dev.sluice.ledger.books.Sums;
import dev.sluice.ledger.books.WindowId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostedEventsTest {

  private static final long EPOCH = 1_700_000_000_000L;
  private static final String ALICE = "key:default/älice:";
  private static final String BOB = "key:default/bob:";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock();
  private final List<Long> read = new ArrayList<>();

  PostedEventsTest() {
    clock.set(Instant.ofEpochMilli(EPOCH));
  }

  private static BookEvent event(long sequence, String owner, long usd) {
    return new BookEvent(
        sequence + "-0",
        Kind.SETTLED,
        new Position(EPOCH, sequence),
        EPOCH + sequence,
        "h" + sequence,
        new Sums(usd, 0, 0, 0),
        Sums.ZERO,
        Sums.ZERO,
        "of \"posted\":{} and \"limit\":\"" + BOB + "Day.UTC\"",
        List.of(new Slot(new WindowId(owner + "Day.UTC", EPOCH), Measure.USD)));
  }

  private PostedEvents.Reading read(long since, String... owners) throws IOException {
    read.clear();
    return PostedEvents.read(
        folder,
        Instant.ofEpochMilli(EPOCH + since),
        Set.of(owners),
        event -> read.add(event.position().sequence()));
  }

  @Test
  void what_was_posted_for_the_owners_is_read_up_to_the_end() throws IOException {
    try (var store = Store.open(folder, clock)) {
      store.append(List.of(event(1, ALICE, 5), event(2, BOB, 5), event(3, ALICE, 0)));
      store.checkpoint();
      store.append(List.of(event(4, ALICE, 5)));
      assertThat(read(0, ALICE)).isEqualTo(new PostedEvents.Reading(4, 4, true));
      assertThat(read).containsExactly(1L, 4L);
      assertThat(read(0, ALICE, BOB).whole()).isTrue();
      assertThat(read).containsExactly(1L, 2L, 4L);
    }
  }

  @Test
  void a_segment_of_before_is_not_read() throws IOException {
    try (var store = Store.open(folder, clock)) {
      store.append(List.of(event(1, ALICE, 5), event(2, ALICE, 5)));
      store.checkpoint();
      store.append(List.of(event(3, ALICE, 5)));
    }
    var segments = new StoreFolder(folder).segments();
    Files.setLastModifiedTime(segments.getFirst(), FileTime.fromMillis(EPOCH + 2));
    Files.setLastModifiedTime(segments.getLast(), FileTime.fromMillis(EPOCH + 3));
    assertThat(read(3, ALICE)).isEqualTo(new PostedEvents.Reading(1, 3, true));
    Files.delete(segments.getFirst());
    assertThat(read(3, ALICE).whole()).as("its first event is of then").isTrue();
    assertThat(read(2, ALICE).whole()).as("its first event is of later").isFalse();
  }

  @Test
  void a_gap_is_told_and_what_is_damaged_is_left_out() throws IOException {
    try (var store = Store.open(folder, clock)) {
      store.append(List.of(event(1, ALICE, 5), event(2, ALICE, 5)));
      store.rebase(
          new FastBook(
              new BookState(new Position(EPOCH, 7), BookState.Phase.OPEN, 0),
              "7-0",
              EPOCH,
              Map.of(),
              Map.of()));
      store.append(List.of(event(8, ALICE, 5)));
    }
    assertThat(read(0, ALICE)).isEqualTo(new PostedEvents.Reading(3, 8, false));
    assertThat(read).containsExactly(1L, 2L, 8L);
    var segment = new StoreFolder(folder).segments().getFirst();
    var lines = new ArrayList<>(Files.readAllLines(segment));
    lines.set(1, lines.get(1).replace("\"sequence\"", "\"sequenc\""));
    Files.write(segment, lines);
    assertThat(read(0, ALICE).whole()).isFalse();
    assertThat(read).containsExactly(1L, 8L);
  }
}
