package dev.sluice.mcp.serve.neighbour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.ask.Parked.Found;
import dev.sluice.mcp.serve.ask.RequestSink;
import dev.sluice.mcp.serve.session.Seal;
import dev.sluice.mcp.serve.stream.EventLog;
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
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A call that is parked at one gateway and goes on at another.
final class LentCallsTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Pair pair = new Pair();
  private final Cancellation cancellation = new Cancellation();

  /// A call at the gateway `one` that waits for an answer of its client.
  private record Waiting(RequestSink sink, BlockingQueue<Message> answer, Found.Elsewhere place) {}

  private Waiting waiting() throws InterruptedException {
    var nodes = JsonNodeFactory.instance;
    var capabilities = nodes.objectNode();
    capabilities.putObject("roots");
    var profile = ClientProfile.of("test", "1").with(capabilities);
    var sink =
        new RequestSink(Pair.KEY, profile, cancellation, pair.parked, SOON, Optional.empty());
    var before = pair.streams.log(List.of(RpcId.of(5)));
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
    var there = new Parked(new Seal(new byte[32]), "two", 10).find(Pair.KEY, state);
    return new Waiting(sink, answer, (Found.Elsewhere) there);
  }

  private Optional<Borrowed> resumed(ObjectName key, Waiting waiting) throws InterruptedException {
    var responses = JsonMapper.shared().readTree("{\"asked\":{\"roots\":[]}}");
    var lost = new Message.Failure(RpcId.of(6), RpcError.of(-32603, "lost"));
    return pair.borrowing.resumed(key, waiting.place(), RpcId.of(6), responses, lost);
  }

  private static String text(EventLog.Event event) {
    return event.status() + " " + new String(event.data(), StandardCharsets.UTF_8);
  }

  @Test
  void a_parked_call_goes_on_and_its_answer_comes_with_its_status() throws InterruptedException {
    var waiting = waiting();
    assertThat(resumed(new ObjectName("team", "other"), waiting)).isEmpty();
    try (var borrowed = resumed(Pair.KEY, waiting).orElseThrow()) {
      assertThat(waiting.answer().poll(20, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Message.Answer.class, answer -> assertThat(answer.id()).isEqualTo(RpcId.of(9)));
      waiting.sink().finish(new Done());
      var answers = borrowed.log().onlyAnswers(SOON).orElseThrow();
      assertThat(answers).singleElement().satisfies(e -> assertThat(text(e)).startsWith("400 "));
    }
    await().atMost(SOON).until(() -> pair.streams.open() == 0);
    assertThat(cancellation.cancelled()).isFalse();
    assertThat(resumed(Pair.KEY, waiting)).isEmpty();
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
    for (var room = pair.streams.enter(Pair.KEY);
        room.isPresent();
        room = pair.streams.enter(Pair.KEY)) {
      rooms.add(room.get());
    }
    assertThat(resumed(Pair.KEY, waiting)).isEmpty();
    assertThat(cancellation.cancelled()).isFalse();
    rooms.forEach(Streams.Room::leave);
    resumed(Pair.KEY, waiting).orElseThrow().close();
  }

  @Test
  void a_call_is_cancelled_when_its_client_leaves_the_other_gateway() throws InterruptedException {
    var waiting = waiting();
    resumed(Pair.KEY, waiting).orElseThrow().close();
    await().atMost(SOON).until(cancellation::cancelled);
    await().atMost(SOON).until(() -> pair.streams.open() == 0);
  }

  @Test
  void a_client_whose_call_is_at_a_gateway_that_is_gone_is_answered_so()
      throws InterruptedException {
    var waiting = waiting();
    try (var borrowed = resumed(Pair.KEY, waiting).orElseThrow()) {
      pair.busOfOne.cut();
      var answers = borrowed.log().onlyAnswers(SOON).orElseThrow();
      assertThat(answers).singleElement().satisfies(e -> assertThat(text(e)).contains("lost"));
    }
    await().atMost(SOON).until(cancellation::cancelled);
  }
}
