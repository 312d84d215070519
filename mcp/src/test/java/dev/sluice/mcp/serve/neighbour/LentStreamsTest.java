package dev.sluice.mcp.serve.neighbour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.stream.EventId;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.EventLog.Taken;
import dev.sluice.mcp.serve.stream.Streams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// A stream of one gateway that is read at another.
final class LentStreamsTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Pair pair = new Pair();
  private final Streams streams = pair.streams;
  private final EventLog log = streams.log(List.of(RpcId.of(1)));

  private void tell(int events) {
    for (int i = 0; i < events; i++) {
      log.push(new Message.Notification("n" + i));
    }
  }

  private void answer(int bytes) {
    var result = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(bytes));
    log.answer(new Message.Answer(RpcId.of(1), result), 200);
  }

  private Optional<Borrowed> rest(String session, long after) throws InterruptedException {
    return found(sought(session, after));
  }

  private Sought sought(String session, long after) throws InterruptedException {
    streams.keep(Pair.KEY, "session", log);
    var id = new EventId(log.id(), List.of(RpcId.of(1)), after);
    return pair.borrowing.rest(Pair.KEY, session, id);
  }

  private static Optional<Borrowed> found(Sought sought) {
    return sought instanceof Sought.Found(var borrowed) ? Optional.of(borrowed) : Optional.empty();
  }

  private static String take(Borrowed borrowed, int reader) throws InterruptedException {
    assertThat(borrowed.good()).isTrue();
    return switch (borrowed.log().take(reader, SOON)) {
      case Taken.Next(var event) ->
          event.number() + " " + new String(event.data(), StandardCharsets.UTF_8);
      case Taken.Quiet _ -> "quiet";
      case Taken.Over _ -> "over";
      case Taken.Behind _ -> "behind";
    };
  }

  @Test
  void a_reader_gets_the_events_after_its_last_one_and_the_end() throws InterruptedException {
    tell(5);
    try (var borrowed = rest("session", 2).orElseThrow()) {
      assertThat(borrowed.log().id()).isEqualTo(log.id());
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("3 ").contains("n2");
      assertThat(take(borrowed, reader)).startsWith("4 ");
      assertThat(take(borrowed, reader)).startsWith("5 ");
      answer(1);
      assertThat(take(borrowed, reader)).startsWith("6 ").contains("result");
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
    await().atMost(SOON).until(() -> streams.open() == 0);
    assertThat(rest("another", 2)).isEmpty();
  }

  @Test
  void no_more_is_under_way_than_the_reader_takes() throws InterruptedException {
    tell(500);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      await().atMost(SOON).until(() -> pair.heard.get() == Pair.LIMITS.underWayEventsMax());
      int reader = borrowed.reader();
      for (int i = 1; i <= 500; i++) {
        assertThat(take(borrowed, reader)).startsWith(i + " ");
        assertThat(pair.heard.get() - i).isLessThanOrEqualTo(Pair.LIMITS.underWayEventsMax());
      }
    }
    // The reader has left: so nobody reads it.
    await().atMost(SOON).until(() -> streams.open() == 0 && !log.attached());
  }

  @Test
  void who_reads_at_its_own_gateway_again_is_the_only_reader() throws InterruptedException {
    tell(1);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ");
      log.resume(1);
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
    await().atMost(SOON).until(() -> streams.open() == 0);
    assertThat(log.attached()).isTrue();
  }

  @Test
  void a_reader_whose_events_were_lost_on_their_way_comes_again_for_them()
      throws InterruptedException {
    tell(1);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ");
      pair.busOfTwo.cut();
      tell(2);
      await().atMost(SOON).until(log::allRead);
      pair.busOfTwo.mend();
      assertThat(take(borrowed, reader)).isIn("over", "behind");
    }
    try (var borrowed = rest("session", 1).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("2 ");
      assertThat(take(borrowed, reader)).startsWith("3 ");
    }
  }

  @Test
  void both_gateways_notice_that_the_other_one_is_gone() throws InterruptedException {
    tell(1);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ");
      // As long as both live, nothing ends.
      await().during(Duration.ofSeconds(5)).until(() -> !borrowed.log().ended());
      pair.busOfTwo.cut();
      assertThat(take(borrowed, reader)).isEqualTo("over");
      await().atMost(SOON).until(() -> streams.open() == 0 && !log.attached());
    }
  }

  @Test
  void an_answer_that_is_too_large_for_the_way_is_an_error_that_says_so()
      throws InterruptedException {
    answer(SessionBus.NEWS_BYTES_MAX);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ").contains("its result could not come");
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
  }

  @Test
  void something_else_that_is_too_large_for_the_way_is_left_out() throws InterruptedException {
    tell(1);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ");
      log.push(new Message.Notification("x".repeat(SessionBus.NEWS_BYTES_MAX)));
      await().atMost(SOON).until(log::allRead);
      log.push(new Message.Notification("n2"));
      assertThat(take(borrowed, reader)).startsWith("3 ").contains("n2");
      answer(1);
      assertThat(take(borrowed, reader)).startsWith("4 ").contains("result");
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
  }

  @Test
  void what_finds_no_room_on_the_way_comes_as_soon_as_there_is_some() throws InterruptedException {
    tell(1);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ");
      pair.busOfOne.full(true);
      answer(1);
      await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(log::allRead);
      pair.busOfOne.full(false);
      assertThat(take(borrowed, reader)).startsWith("2 ").contains("result");
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
  }

  @Test
  void an_answer_that_finds_no_room_for_too_long_can_be_asked_for_again()
      throws InterruptedException {
    tell(1);
    try (var borrowed = rest("session", 0).orElseThrow()) {
      int reader = borrowed.reader();
      assertThat(take(borrowed, reader)).startsWith("1 ");
      pair.busOfOne.full(true);
      answer(1);
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
    await().atMost(SOON).until(() -> streams.open() == 0);
    pair.busOfOne.full(false);
    try (var borrowed = rest("session", 1).orElseThrow()) {
      assertThat(take(borrowed, borrowed.reader())).startsWith("2 ").contains("result");
    }
  }

  @Test
  void a_stream_that_was_read_to_its_end_is_known_as_such() throws InterruptedException {
    answer(1);
    assertThat(sought("session", 1)).isEqualTo(new Sought.Read());
    assertThat(sought("another", 1)).isEqualTo(new Sought.Unknown());
  }

  @Test
  void who_asks_twice_by_the_same_name_reads_once() {
    tell(1);
    streams.keep(Pair.KEY, "session", log);
    var teller = new Teller(pair.hub.join("three"));
    var events = new AtomicInteger();
    teller.hear(
        news -> {
          if (news instanceof News.Told) {
            events.incrementAndGet();
          }
        },
        () -> {});
    var rest = new News.Rest(new News.Reader("three", "c"), Pair.KEY, "session", log.id(), 0);
    for (int i = 0; i < 3; i++) {
      assertThat(teller.one("one", rest)).isEqualTo(SessionBus.Told.SENT);
    }
    tell(1);
    await().atMost(SOON).until(() -> events.get() == 2);
    assertThat(streams.open()).isEqualTo(1);
    assertThat(teller.one("one", new News.Left("c"))).isEqualTo(SessionBus.Told.SENT);
    await().atMost(SOON).until(() -> streams.open() == 0);
    assertThat(events.get()).isEqualTo(2);
  }

  @Test
  void a_stream_of_nobody_or_of_a_gateway_that_is_not_there_is_not_found()
      throws InterruptedException {
    for (var stream : List.of("gone-1.WzFd", "two-1.WzFd", "1.WzFd", "one-1.WzFd")) {
      var id = new EventId(stream, List.of(RpcId.of(1)), 1);
      assertThat(pair.borrowing.rest(Pair.KEY, "session", id)).isEqualTo(new Sought.Unknown());
    }
  }
}
