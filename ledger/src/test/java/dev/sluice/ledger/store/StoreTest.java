package dev.sluice.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.budget.Measure;
import dev.sluice.ledger.ManualClock;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.Slot;
import dev.sluice.ledger.books.Sums;
import dev.sluice.ledger.books.WindowId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

  private static final long EPOCH = 1_900_000_000_000L;
  private static final Slot USD =
      new Slot(new WindowId("key:default/älice:Day.UTC", EPOCH), Measure.USD);
  private static final Slot TOKENS =
      new Slot(new WindowId("key:default/älice:tokens:Minute.rolling", EPOCH), Measure.TOKENS);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock();

  StoreTest() {
    clock.set(Instant.ofEpochMilli(EPOCH));
  }

  @Test
  void what_was_appended_is_there_again() throws IOException {
    var books = filled(7);
    try (var store = Store.open(folder, clock)) {
      assertThat(store.position()).isEqualTo(new Position(EPOCH, 7));
      assertThat(store.lastId()).isEqualTo("7-0");
      assertSame(store.books(), books);
    }
  }

  @Test
  void a_checkpoint_and_the_events_after_it_are_as_good_as_all_events() throws IOException {
    var books = filled(5);
    try (var store = Store.open(folder, clock)) {
      store.checkpoint();
      store.append(events(6, 9));
    }
    events(6, 9).forEach(books::add);
    try (var store = Store.open(folder, clock)) {
      assertThat(store.eventsSinceCheckpoint()).isEqualTo(4);
      assertSame(store.books(), books);
    }
    var early = Store.read(folder, new Position(EPOCH, 8));
    assertThat(early.books().position().sequence()).isEqualTo(8);
    assertThat(early.damage()).isEmpty();
  }

  @Test
  void a_line_that_a_crash_cut_is_taken_off() throws IOException {
    filled(5);
    var segment = segments().getFirst();
    Files.writeString(segment, "{\"epoch\":19000", StandardOpenOption.APPEND);
    assertThat(Store.read(folder, new Position(EPOCH, 99)).books().position().sequence())
        .isEqualTo(5);
    try (var store = Store.open(folder, clock)) {
      assertThat(store.damage()).isEmpty();
      store.append(events(6, 6));
    }
    try (var store = Store.open(folder, clock)) {
      assertThat(store.position().sequence()).isEqualTo(6);
    }
  }

  @Test
  void a_damaged_line_is_named_and_what_comes_before_it_counts() throws IOException {
    filled(5);
    var segment = segments().getFirst();
    var lines = new ArrayList<>(Files.readAllLines(segment));
    lines.set(2, lines.get(2).replace("\"sequence\"", "\"sequenc\""));
    Files.write(segment, lines);
    try (var store = Store.open(folder, clock)) {
      assertThat(store.damage()).contains(segment + ":3: damaged");
      assertThat(store.position().sequence()).isEqualTo(2);
      store.append(events(3, 4));
    }
    try (var store = Store.open(folder, clock)) {
      assertThat(store.damage()).isEmpty();
      assertThat(store.position().sequence()).isEqualTo(4);
    }
  }

  @Test
  void a_line_that_is_missing_is_a_gap() throws IOException {
    filled(5);
    var segment = segments().getFirst();
    var lines = new ArrayList<>(Files.readAllLines(segment));
    lines.remove(2);
    Files.write(segment, lines);
    assertThat(Store.read(folder, new Position(EPOCH, 99)).damage())
        .contains(segment + ":3: event 4 comes after event 2");
  }

  @Test
  void a_damaged_checkpoint_leaves_the_one_before_it() throws IOException {
    var books = filled(5);
    try (var store = Store.open(folder, clock)) {
      store.checkpoint();
      store.append(events(6, 7));
      store.checkpoint();
    }
    events(6, 7).forEach(books::add);
    Files.writeString(files("checkpoint-").getLast(), "{}");
    try (var store = Store.open(folder, clock)) {
      assertSame(store.books(), books);
    }
  }

  @Test
  void a_damaged_checkpoint_names_the_field() throws IOException {
    filled(5);
    try (var store = Store.open(folder, clock)) {
      store.checkpoint();
    }
    var file = files("checkpoint-").getLast();
    var good = Files.readString(file);
    assertDamaged(file, "{}", "windows: absent (expected: a list)");
    assertDamaged(
        file,
        good.replaceFirst("\"posted\":\\d+", "\"posted\":0.5"),
        "posted: 0.5 (expected: a whole number)");
    assertDamaged(
        file,
        good.replaceFirst("\"start\":\"[^\"]+\"", "\"start\":\"today\""),
        "start: \"today\" (expected: a time such as 2026-01-01T00:00:00Z)");
    assertThatThrownBy(() -> Kind.of("settld"))
        .hasMessage(
            "kind: \"settld\" (expected: one of reserved, extended, settled, released, expired,"
                + " corrected)");
  }

  private static void assertDamaged(Path file, String text, String why) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> CheckpointJson.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": a damaged checkpoint: " + why);
  }

  @Test
  void two_checkpoints_stay_and_segments_for_a_month_where_no_checkpoint_needs_them()
      throws IOException {
    clock.set(Instant.now());
    filled(2);
    var first = segments().getFirst();
    for (int i = 3; i < 6; i++) {
      try (var store = Store.open(folder, clock)) {
        store.append(events(i, i));
        store.checkpoint();
      }
    }
    assertThat(files("checkpoint-")).hasSize(2);
    assertThat(segments()).hasSize(4).contains(first);
    clock.set(clock.instant().plus(StoreFolder.SEGMENTS_KEPT).plus(Duration.ofDays(1)));
    for (var segment : segments()) {
      Files.setLastModifiedTime(segment, FileTime.fromMillis(0));
    }
    try (var store = Store.open(folder, clock)) {
      store.append(events(6, 6));
      store.checkpoint();
    }
    assertThat(segments()).hasSize(2).doesNotContain(first);
    try (var store = Store.open(folder, clock)) {
      assertThat(store.position().sequence()).isEqualTo(6);
    }
  }

  @Test
  void a_store_keeps_its_name() throws IOException {
    try (var one = Store.open(folder, clock);
        var again = Store.open(folder, clock)) {
      assertThat(again.id()).isEqualTo(one.id()).isNotEmpty();
    }
  }

  private Books filled(int last) throws IOException {
    var books = new Books();
    try (var store = Store.open(folder, clock)) {
      store.append(events(1, last));
    }
    events(1, last).forEach(books::add);
    return books;
  }

  /// Holds that begin, grow, end and expire, in turn.
  private static List<BookEvent> events(int from, int to) {
    var events = new ArrayList<BookEvent>();
    for (int i = from; i <= to; i++) {
      var hold = "h" + (i - 1) / 3;
      events.add(
          switch (i % 3) {
            case 1 -> event(i, Kind.RESERVED, hold, Sums.ZERO, new Sums(100, 10, 1, 1));
            case 2 -> event(i, Kind.EXTENDED, hold, Sums.ZERO, new Sums(11, 1, 0, 0));
            default ->
                event(
                    i,
                    i % 2 == 0 ? Kind.EXPIRED : Kind.SETTLED,
                    hold,
                    new Sums((1L << 52) + 1, 5, 1, 0),
                    new Sums(-111, -11, -1, -1));
          });
    }
    return events;
  }

  private static BookEvent event(int sequence, Kind kind, String hold, Sums posted, Sums held) {
    return new BookEvent(
        sequence + "-0",
        kind,
        new Position(EPOCH, sequence),
        EPOCH + sequence,
        hold,
        posted,
        held,
        Sums.ZERO,
        "note \"of\" \u2028 " + hold,
        List.of(USD, TOKENS));
  }

  private static void assertSame(Books books, Books expected) {
    assertThat(books.position()).isEqualTo(expected.position());
    assertThat(books.windows()).isEqualTo(expected.windows());
    assertThat(books.open()).isEqualTo(expected.open());
    assertThat(books.ended()).isEqualTo(expected.ended());
  }

  private List<Path> segments() throws IOException {
    return files("events-");
  }

  private List<Path> files(String prefix) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }
}
