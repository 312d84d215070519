package dev.sluice.mcp.serve.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class StreamsTest {

  private static final ObjectName KEY = new ObjectName("team", "key");

  private static EventLog ended(Streams streams, int id, int bytes) {
    var log = streams.log(List.of(RpcId.of(id)));
    streams.keep(KEY, "session", log);
    var result = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(bytes));
    log.answer(new Message.Answer(RpcId.of(id), result), 200);
    streams.leave(log);
    return log;
  }

  private static List<Boolean> found(Streams streams, List<EventLog> logs) {
    return logs.stream().map(log -> streams.find(log.id(), KEY, "session").isPresent()).toList();
  }

  @Test
  void of_streams_that_ended_so_many_are_kept_and_the_oldest_are_forgotten() {
    var streams = new Streams(StreamLimits.STANDARD.withKept(2, 1_000_000), "a");
    var logs = new ArrayList<EventLog>();
    for (var i = 0; i < 4; i++) {
      logs.add(ended(streams, i, 1));
    }
    assertThat(found(streams, logs)).containsExactly(false, false, true, true);
  }

  @Test
  void of_streams_that_ended_so_many_bytes_are_kept() {
    var streams = new Streams(StreamLimits.STANDARD.withKept(100, 10_000), "a");
    var logs = new ArrayList<EventLog>();
    for (var i = 0; i < 4; i++) {
      logs.add(ended(streams, i, 4_000));
    }
    assertThat(found(streams, logs)).containsExactly(false, false, true, true);
    // One that is read again does not count.
    streams.keep(KEY, "session", logs.getLast());
    logs.add(ended(streams, 5, 4_000));
    assertThat(found(streams, logs)).containsExactly(false, false, true, true, true);
  }

  @Test
  void open_streams_share_what_they_may_keep() {
    var streams = new Streams(StreamLimits.STANDARD.withOpenBytes(40_000), "a");
    var logs = new ArrayList<EventLog>();
    for (var i = 0; i < 4; i++) {
      assertThat(streams.enter(KEY)).isPresent();
      logs.add(streams.log(List.of(RpcId.of(i))));
    }
    var params = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(3_000));
    for (var log : logs) {
      for (var i = 0; i < 10; i++) {
        log.push(new Message.Notification("notifications/message", params));
      }
      assertThat(log.bytes()).isBetween(9_000L, 10_000L);
    }
  }

  @Test
  void a_stream_is_abandoned_when_its_last_reader_has_been_gone_for_a_while() {
    var shortly = Duration.ofMillis(300);
    var streams = new Streams(StreamLimits.STANDARD.withTimes(shortly, shortly, shortly), "a");
    var abandoned = new AtomicInteger();
    var log = streams.log(List.of(RpcId.of(1)));
    log.whenAbandoned(abandoned::incrementAndGet);
    streams.keep(KEY, "session", log);
    int first = log.attach(0);
    int second = log.resume(0);
    log.detach(first);
    streams.leave(log);
    await().during(Duration.ofMillis(600)).until(() -> abandoned.get() == 0);
    log.detach(second);
    streams.leave(log);
    await().until(() -> abandoned.get() == 1);
  }
}
