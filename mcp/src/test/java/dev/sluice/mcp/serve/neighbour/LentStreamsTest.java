package dev.sluice.mcp.serve.neighbour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.ask.Parked.Found;
import dev.sluice.mcp.serve.ask.RequestSink;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.session.Seal;
import dev.sluice.mcp.serve.stream.EventId;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.EventLog.Taken;
import dev.sluice.mcp.serve.stream.StreamLimits;
import dev.sluice.mcp.serve.stream.Streams;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A stream of one gateway that is read at another.
final class LentStreamsTest {

  private static final ObjectName KEY = new ObjectName("team", "key");
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final LendLimits LIMITS =
      LendLimits.STANDARD.withSigns(Duration.ofMillis(100), Duration.ofMillis(600));

  private final Hub hub = new Hub();
  private final Hub.Joined busOfOne = hub.join("one");
  private final Hub.Joined busOfTwo = hub.join("two");
  private final Streams streams = new Streams(StreamLimits.STANDARD, "one");
  private final Parked parked = new Parked(new Seal(new byte[32]), "one", 10);
  private final Cancellation cancellation = new Cancellation();
  private final AtomicInteger heard = new AtomicInteger();
  private final Borrowing borrowing = borrowing();
  private final EventLog log = streams.log(List.of(RpcId.of(1)));

  private Borrowing borrowing() {
    lending();
    var teller = new Teller(busOfTwo);
    var here = new Borrowing(teller, new Streams(StreamLimits.STANDARD, "two"), LIMITS);
    teller.hear(
        news -> {
          switch (news) {
            case News.Quiet quiet -> here.heard(quiet);
            case News.Told told -> {
              heard.incrementAndGet();
              here.heard(told);
            }
            case News.Skipped skipped -> here.heard(skipped);
            case News.Over over -> here.heard(over);
            case News.Rest _, News.Resumed _, News.Read _, News.Left _ -> throw wrong(news);
            case News.Answered _,
                News.Cancelled _,
                News.Ended _,
                News.Level _,
                News.Watches _,
                News.Unwatches _ ->
                throw wrong(news);
          }
        },
        () -> {});
    return here;
  }

  private static AssertionError wrong(News news) {
    return new AssertionError("nobody should have told " + news);
  }

  private void lending() {
    var teller = new Teller(busOfOne);
    var there = new Lending(teller, streams, parked, LIMITS);
    teller.hear(
        news -> {
          switch (news) {
            case News.Rest rest -> there.heard(rest);
            case News.Resumed resumed -> there.heard(resumed);
            case News.Read read -> there.heard(read);
            case News.Left left -> there.heard(left);
            case News.Quiet _, News.Told _, News.Skipped _, News.Over _ -> throw wrong(news);
            case News.Answered _,
                News.Cancelled _,
                News.Ended _,
                News.Level _,
                News.Watches _,
                News.Unwatches _ ->
                throw wrong(news);
          }
        },
        () -> {});
  }

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
    streams.keep(KEY, "session", log);
    var id = new EventId(log.id(), List.of(RpcId.of(1)), after);
    return borrowing.rest(KEY, session, id);
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
      await().atMost(SOON).until(() -> heard.get() == LIMITS.underWayEventsMax());
      int reader = borrowed.reader();
      for (int i = 1; i <= 500; i++) {
        assertThat(take(borrowed, reader)).startsWith(i + " ");
        assertThat(heard.get() - i).isLessThanOrEqualTo(LIMITS.underWayEventsMax());
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
      busOfTwo.cut();
      tell(2);
      await().atMost(SOON).until(log::allRead);
      busOfTwo.mend();
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
      await().during(Duration.ofSeconds(1)).until(() -> !borrowed.log().ended());
      busOfTwo.cut();
      assertThat(take(borrowed, reader)).isEqualTo("over");
      await().atMost(SOON).until(() -> streams.open() == 0 && !log.attached());
    }
  }

  @Test
  void an_answer_that_is_too_large_for_the_way_is_an_error_that_says_so()
      throws InterruptedException {
    answer(SessionBus.NEWS_CHARS_MAX);
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
      log.push(new Message.Notification("x".repeat(SessionBus.NEWS_CHARS_MAX)));
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
      busOfOne.full(true);
      answer(1);
      await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(log::allRead);
      busOfOne.full(false);
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
      busOfOne.full(true);
      answer(1);
      assertThat(take(borrowed, reader)).isEqualTo("over");
    }
    await().atMost(SOON).until(() -> streams.open() == 0);
    busOfOne.full(false);
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
    streams.keep(KEY, "session", log);
    var teller = new Teller(hub.join("three"));
    var events = new AtomicInteger();
    teller.hear(
        news -> {
          if (news instanceof News.Told) {
            events.incrementAndGet();
          }
        },
        () -> {});
    var rest = new News.Rest(new News.Reader("three", "c"), KEY, "session", log.id(), 0);
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
      assertThat(borrowing.rest(KEY, "session", id)).isEqualTo(new Sought.Unknown());
    }
  }

  /// A call at the gateway `one` that waits for an answer of its client.
  private record Waiting(RequestSink sink, BlockingQueue<Message> answer, Found.Elsewhere place) {}

  private Waiting waiting() throws InterruptedException {
    var nodes = JsonNodeFactory.instance;
    var capabilities = nodes.objectNode();
    capabilities.putObject("roots");
    var profile = ClientProfile.of("test", "1").with(capabilities);
    var sink = new RequestSink(KEY, profile, cancellation, parked, SOON, Optional.empty());
    var before = streams.log(List.of(RpcId.of(5)));
    sink.turn(RpcId.of(5), before);
    var answer = new LinkedBlockingQueue<Message>();
    var question = new Message.Request(RpcId.of(9), "roots/list", nodes.objectNode());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.add(sink.request(question));
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    var asked = before.onlyAnswers(SOON).orElseThrow().getFirst().data();
    var state = JsonMapper.shared().readTree(asked).at("/result/requestState");
    var there = new Parked(new Seal(new byte[32]), "two", 10).find(KEY, state);
    return new Waiting(sink, answer, (Found.Elsewhere) there);
  }

  private Optional<Borrowed> resumed(ObjectName key, Waiting waiting) throws InterruptedException {
    var responses = JsonMapper.shared().readTree("{\"asked\":{\"roots\":[]}}");
    var lost = new Message.Failure(RpcId.of(6), RpcError.of(-32603, "lost"));
    return borrowing.resumed(key, waiting.place(), RpcId.of(6), responses, lost);
  }

  private static String text(EventLog.Event event) {
    return event.status() + " " + new String(event.data(), StandardCharsets.UTF_8);
  }

  @Test
  void a_parked_call_goes_on_and_its_answer_comes_with_its_status() throws InterruptedException {
    var waiting = waiting();
    assertThat(resumed(new ObjectName("team", "other"), waiting)).isEmpty();
    try (var borrowed = resumed(KEY, waiting).orElseThrow()) {
      assertThat(waiting.answer().poll(20, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Message.Answer.class, answer -> assertThat(answer.id()).isEqualTo(RpcId.of(9)));
      waiting.sink().finish(new Done());
      var answers = borrowed.log().onlyAnswers(SOON).orElseThrow();
      assertThat(answers).singleElement().satisfies(e -> assertThat(text(e)).startsWith("400 "));
    }
    await().atMost(SOON).until(() -> streams.open() == 0);
    assertThat(cancellation.cancelled()).isFalse();
    assertThat(resumed(KEY, waiting)).isEmpty();
  }

  private record Done() implements RequestSink.Answered {
    @Override
    public Message to(RpcId id) {
      assertThat(id).isEqualTo(RpcId.of(6));
      return new Message.Answer(id, JsonNodeFactory.instance.objectNode().put("done", true));
    }

    @Override
    public int status() {
      return 400;
    }
  }

  @Test
  void a_parked_call_for_which_there_is_no_room_stays_parked() throws InterruptedException {
    var waiting = waiting();
    var rooms = new ArrayList<Streams.Room>();
    for (var room = streams.enter(KEY); room.isPresent(); room = streams.enter(KEY)) {
      rooms.add(room.get());
    }
    assertThat(resumed(KEY, waiting)).isEmpty();
    assertThat(cancellation.cancelled()).isFalse();
    rooms.forEach(Streams.Room::leave);
    resumed(KEY, waiting).orElseThrow().close();
  }

  @Test
  void a_call_is_cancelled_when_its_client_leaves_the_other_gateway() throws InterruptedException {
    var waiting = waiting();
    resumed(KEY, waiting).orElseThrow().close();
    await().atMost(SOON).until(cancellation::cancelled);
    await().atMost(SOON).until(() -> streams.open() == 0);
  }

  @Test
  void a_client_whose_call_is_at_a_gateway_that_is_gone_is_answered_so()
      throws InterruptedException {
    var waiting = waiting();
    try (var borrowed = resumed(KEY, waiting).orElseThrow()) {
      busOfOne.cut();
      var answers = borrowed.log().onlyAnswers(SOON).orElseThrow();
      assertThat(answers).singleElement().satisfies(e -> assertThat(text(e)).contains("lost"));
    }
    await().atMost(SOON).until(cancellation::cancelled);
  }
}
