package dev.sluice.mcp.serve.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class EventLogTest {

  private static final Duration SHORT = Duration.ofMillis(20);

  private static final StreamLimits FEW =
      StreamLimits.STANDARD.withEvents(3, 10_000).withTimes(SHORT, SHORT, SHORT);

  private static EventLog log() {
    return new EventLog("a-1.", List.of(RpcId.of(1)), FEW, FEW::bytesMax);
  }

  private static Message.Notification told(int number) {
    return new Message.Notification("n" + number);
  }

  private static Message answer() {
    return new Message.Answer(RpcId.of(1), JsonNodeFactory.instance.objectNode());
  }

  private static String text(EventLog.Taken taken) {
    return switch (taken) {
      case EventLog.Taken.Next(var event) -> new String(event.data(), StandardCharsets.UTF_8);
      case EventLog.Taken.Quiet _ -> "quiet";
      case EventLog.Taken.Over _ -> "over";
      case EventLog.Taken.Behind _ -> "behind";
    };
  }

  @Test
  void an_answer_that_nothing_came_before_is_alone() throws InterruptedException {
    var log = log();
    assertThat(log.onlyAnswers(SHORT)).isEmpty();
    log.answer(answer(), 404);
    assertThat(log.onlyAnswers(SHORT).orElseThrow())
        .singleElement()
        .extracting(EventLog.Event::status)
        .isEqualTo(404);
    var chatty = log();
    chatty.push(told(1));
    chatty.answer(answer(), 200);
    assertThat(chatty.onlyAnswers(SHORT)).isEmpty();
  }

  @Test
  void what_is_cancelled_is_not_waited_for() throws InterruptedException {
    var log = new EventLog("a-1.", List.of(RpcId.of(1), RpcId.of(2)), FEW, FEW::bytesMax);
    log.withdraw();
    assertThat(log.ended()).isFalse();
    log.answer(answer(), 200);
    assertThat(log.onlyAnswers(SHORT).orElseThrow()).hasSize(1);
    assertThat(log.over(0)).isFalse();
    assertThat(log.over(1)).isTrue();
    var none = log();
    assertThat(none.over(0)).isFalse();
    none.withdraw();
    assertThat(none.onlyAnswers(SHORT).orElseThrow()).isEmpty();
    assertThat(none.over(0)).isTrue();
    none.answer(answer(), 200);
    assertThat(text(none.take(none.attach(0), SHORT))).isEqualTo("over");
  }

  @Test
  void a_reader_gets_all_in_order_and_then_the_end() throws InterruptedException {
    var log = log();
    int reader = log.attach(0);
    assertThat(text(log.take(reader, SHORT))).isEqualTo("quiet");
    log.tell(told(1));
    log.answer(answer(), 200);
    assertThat(text(log.take(reader, SHORT))).contains("n1");
    assertThat(text(log.take(reader, SHORT))).contains("result");
    assertThat(text(log.take(reader, SHORT))).isEqualTo("over");
  }

  @Test
  void a_reader_that_is_too_slow_is_told_so_and_the_answer_stays() throws InterruptedException {
    var log = log();
    int reader = log.attach(0);
    log.tell(told(1));
    assertThat(text(log.take(reader, SHORT))).contains("n1");
    for (var i = 2; i < 9; i++) {
      log.tell(told(i));
    }
    log.answer(answer(), 200);
    assertThat(text(log.take(reader, SHORT))).isEqualTo("behind");
    int again = log.resume(1);
    assertThat(text(log.take(again, SHORT))).contains("n7");
    assertThat(text(log.take(again, SHORT))).contains("n8");
    assertThat(text(log.take(again, SHORT))).contains("result");
    assertThat(log.bytes()).isLessThan(300);
  }

  @Test
  void a_second_reader_takes_over() throws InterruptedException {
    var log = log();
    int first = log.attach(0);
    int second = log.attach(0);
    log.push(told(1));
    assertThat(text(log.take(first, SHORT))).isEqualTo("over");
    assertThat(text(log.take(second, SHORT))).contains("n1");
  }

  @Test
  void the_id_of_an_event_names_the_gateway_and_the_requests_of_its_stream() {
    var ids = List.of(RpcId.of(7), RpcId.of("é."));
    var log = new EventLog(EventId.stream("1f", ids), ids, FEW, FEW::bytesMax);
    var id = EventId.of(log.id() + ".12").orElseThrow();
    assertThat(id.requests()).containsExactly(RpcId.of(7), RpcId.of("é."));
    assertThat(id.stream()).isEqualTo(log.id());
    assertThat(id.number()).isEqualTo(12);
    assertThat(id.gateway()).contains("1f");
    for (var unnamed : new String[] {"abc.WzFd.1", "-abc.WzFd.1", "A:b-abc.WzFd.1"}) {
      assertThat(EventId.of(unnamed).orElseThrow().gateway()).isEmpty();
    }
    for (var foreign : new String[] {"", "a", "a.b", "a.!.1", "a.b.c", "..9".repeat(9)}) {
      assertThat(EventId.of(foreign)).isEmpty();
    }
  }

  @Test
  void a_reader_that_is_too_slow_can_read_on() throws InterruptedException {
    var log = log();
    int reader = log.attach(0);
    log.tell(told(1));
    assertThat(text(log.take(reader, SHORT))).contains("n1");
    for (var i = 2; i < 9; i++) {
      log.tell(told(i));
    }
    assertThat(text(log.take(reader, SHORT))).isEqualTo("behind");
    assertThat(text(log.take(reader, SHORT))).contains("n6");
    log.answer(answer(), 200);
    assertThat(text(log.take(reader, SHORT))).contains("n7");
    assertThat(text(log.take(reader, SHORT))).contains("n8");
    assertThat(text(log.take(reader, SHORT))).contains("result");
  }

  private static Message.Notification large(int number) {
    var params = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(6_000));
    return new Message.Notification("n" + number, params);
  }

  @Test
  void a_teller_waits_while_too_many_bytes_are_not_read() throws InterruptedException {
    var patient = FEW.withTimes(SHORT, SHORT, Duration.ofMinutes(5));
    var log = new EventLog("a-1.", List.of(RpcId.of(1)), patient, patient::bytesMax);
    int reader = log.attach(0);
    log.tell(told(1));
    assertThat(text(log.take(reader, SHORT))).contains("n1");
    var teller =
        Thread.ofVirtual()
            .start(
                () -> {
                  log.tell(large(2));
                  log.tell(large(3));
                  log.answer(answer(), 200);
                });
    assertThat(text(log.take(reader, Duration.ofSeconds(30)))).contains("n2");
    assertThat(text(log.take(reader, Duration.ofSeconds(30)))).contains("n3");
    teller.join();
    assertThat(text(log.take(reader, SHORT))).contains("result");
  }

  @Test
  void an_answer_that_needs_room_reaches_a_reader_that_is_behind() throws InterruptedException {
    var log = log();
    int reader = log.attach(0);
    log.tell(told(1));
    assertThat(text(log.take(reader, SHORT))).contains("n1");
    log.tell(told(2));
    var result = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(20_000));
    log.answer(new Message.Answer(RpcId.of(1), result), 200);
    assertThat(text(log.take(reader, SHORT))).contains("result");
    assertThat(text(log.take(reader, SHORT))).isEqualTo("over");
  }

  @Test
  void answers_that_are_not_read_do_not_push_each_other_out() throws InterruptedException {
    var log = new EventLog("a-1.", List.of(RpcId.of(1), RpcId.of(2)), FEW, FEW::bytesMax);
    int reader = log.attach(0);
    var result = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(20_000));
    log.answer(new Message.Answer(RpcId.of(1), result), 200);
    log.tell(told(1));
    log.answer(new Message.Answer(RpcId.of(2), result), 200);
    assertThat(text(log.take(reader, SHORT))).contains("\"id\":1");
    assertThat(text(log.take(reader, SHORT))).contains("\"id\":2");
    assertThat(text(log.take(reader, SHORT))).isEqualTo("over");
  }

  private static EventLog.Event event(int number, boolean answer) {
    var data = ("event " + number).getBytes(StandardCharsets.UTF_8);
    return new EventLog.Event(number, data, 200, answer);
  }

  private static EventLog copy() {
    return new EventLog("b-1.", List.of(RpcId.of(1)), FEW, FEW::bytesMax).from(7);
  }

  @Test
  void a_copy_has_the_events_and_the_numbers_of_the_other_log() throws InterruptedException {
    var log = copy();
    int reader = log.attach(7);
    assertThat(text(log.take(reader, SHORT))).isEqualTo("quiet");
    // What comes before it, the other log has no more.
    log.copy(event(9, false));
    log.copy(event(9, false));
    log.copy(event(8, false));
    assertThat(log.allRead()).isFalse();
    assertThat(text(log.take(reader, SHORT))).isEqualTo("event 9");
    assertThat(log.allRead()).isTrue();
    log.copy(event(10, true));
    log.answerIfDue(new Message.Answer(RpcId.of(1), JsonNodeFactory.instance.objectNode()));
    assertThat(text(log.take(reader, SHORT))).isEqualTo("event 10");
    assertThat(log.read()).isEqualTo(10);
    log.end();
    assertThat(text(log.take(reader, SHORT))).isEqualTo("over");
  }

  @Test
  void a_reader_of_a_copy_in_which_one_is_missing_is_told_so() throws InterruptedException {
    var log = copy();
    int reader = log.attach(7);
    log.copy(event(8, false));
    log.copy(event(10, false));
    assertThat(text(log.take(reader, SHORT))).isEqualTo("behind");
    assertThat(text(log.take(reader, SHORT))).isEqualTo("event 8");
    assertThat(text(log.take(reader, SHORT))).isEqualTo("event 10");
  }

  @Test
  void a_reader_of_a_copy_whose_first_event_is_missing_is_told_so() throws InterruptedException {
    var log = copy();
    int reader = log.attach(7);
    // The other one has 8 no more, but 9.
    assertThat(log.toldUpTo(8)).isTrue();
    assertThat(log.toldUpTo(9)).isFalse();
    log.copy(event(10, false));
    assertThat(text(log.take(reader, SHORT))).isEqualTo("behind");
  }

  @Test
  void what_is_left_out_of_a_copy_is_not_missing() throws InterruptedException {
    var log = copy();
    int reader = log.attach(7);
    assertThat(log.toldUpTo(7)).isTrue();
    log.skip(8);
    assertThat(log.toldUpTo(8)).isTrue();
    assertThat(text(log.take(reader, SHORT))).isEqualTo("quiet");
    log.copy(event(9, false));
    log.skip(10);
    log.copy(event(11, false));
    log.skip(13);
    assertThat(log.toldUpTo(13)).isFalse();
    assertThat(text(log.take(reader, SHORT))).isEqualTo("event 9");
    assertThat(text(log.take(reader, SHORT))).isEqualTo("event 11");
  }

  @Test
  void what_is_not_read_in_a_copy_does_not_make_room() throws InterruptedException {
    var log = copy();
    int reader = log.attach(7);
    for (int number = 8; number < 50; number++) {
      log.copy(event(number, false));
    }
    for (int number = 8; number < 50; number++) {
      assertThat(text(log.take(reader, SHORT))).isEqualTo("event " + number);
    }
  }

  @Test
  void the_event_before_the_next_one_is_known() throws InterruptedException {
    var log = log();
    assertThat(log.before()).isZero();
    int reader = log.attach(0);
    log.push(told(1));
    log.push(told(2));
    assertThat(log.before()).isZero();
    assertThat(text(log.take(reader, SHORT))).contains("n1");
    assertThat(log.before()).isEqualTo(1);
    assertThat(text(log.take(reader, SHORT))).contains("n2");
    assertThat(log.before()).isEqualTo(2);
  }

  @Test
  void a_reader_that_is_dismissed_has_nothing_more_to_read() throws InterruptedException {
    var log = log();
    int first = log.attach(0);
    log.tell(told(1));
    log.dismiss(first);
    assertThat(text(log.take(first, SHORT))).isEqualTo("over");
    assertThat(log.attached()).isFalse();
    int second = log.resume(0);
    log.dismiss(first);
    assertThat(text(log.take(second, SHORT))).contains("n1");
  }
}
