package dev.sluice.mcp.upstream.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class DuplexPeerTest {

  private static final UpstreamLimits LIMITS = UpstreamLimits.STANDARD;

  private final Channel channel = new Channel();
  private final OpenCalls calls = new OpenCalls(LIMITS);
  private final DuplexPeer peer =
      new DuplexPeer(
          channel,
          new Dialect(ProtocolVersion.V2025_06_18, ClientProfile.of("sluice", "0")),
          LIMITS,
          calls,
          new Dispatch(calls, new Deaf(), new Tally(), LIMITS));

  /// Does not listen.
  private static final class Deaf implements ServerListener {
    @Override
    public void heard(Message.Notification notification) {}

    @Override
    public void connected(ServerCard card) {}
  }

  /// Notes what it is asked, and answers nothing until it ends.
  private static final class Asked implements CallSink {
    final List<RpcId> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch told = new CountDownLatch(1);
    final CountDownLatch end = new CountDownLatch(1);

    @Override
    public void notification(Message.Notification notification) {
      told.countDown();
      try {
        end.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Message request(Message.Request request) throws InterruptedException {
      asked.add(request.id());
      end.await();
      return new Message.Answer(request.id(), JsonNodeFactory.instance.objectNode());
    }
  }

  @BeforeEach
  void start() {
    peer.start();
  }

  @AfterEach
  void end() {
    peer.close();
  }

  private static Call tool(String name) {
    return Call.of("tools/call", JsonNodeFactory.instance.objectNode().put("name", name));
  }

  private Supplier<CallResult> begun(Call call) {
    var result = new CompletableFuture<CallResult>();
    Thread.ofVirtual().start(() -> result.complete(peer.call(call)));
    await().until(() -> channel.called(call.params().path("name").stringValue("")));
    return result::join;
  }

  private static Reason reason(CallResult result) {
    return result instanceof CallResult.Failed(var failure)
        ? failure.reason()
        : org.assertj.core.api.Assertions.fail("no failure: " + result);
  }

  @Test
  void a_question_of_a_call_that_was_given_up_reaches_nobody_else() {
    var one = tool("one");
    var first = begun(one);
    one.cancellation().cancel("enough");
    assertThat(reason(first.get())).isEqualTo(Reason.CANCELLED);
    var other = new Asked();
    var second = begun(tool("two").with(other));
    channel.ask("late");
    await().until(() -> channel.refused("late"));
    assertThat(other.asked).isEmpty();
    // Once the server has done the first, it can only mean the second.
    channel.answer("one");
    channel.ask("own");
    await().until(() -> other.asked.contains(RpcId.of("own")));
    other.end.countDown();
    channel.answer("two");
    assertThat(second.get()).isInstanceOf(CallResult.Result.class);
  }

  @Test
  void a_call_that_was_cancelled_before_is_not_sent() {
    var call = tool("one");
    call.cancellation().cancel("enough");
    assertThat(peer.call(call))
        .isEqualTo(
            CallResult.failed(
                Reason.CANCELLED, Effect.NEVER_RUN, "the caller cancelled it before it was sent"));
    assertThat(channel.sent).isEmpty();
  }

  @Test
  void a_client_that_is_slow_to_hear_of_a_withdrawal_does_not_stop_the_channel() {
    var slow = new Asked();
    var first = begun(tool("one").with(slow));
    channel.ask("question");
    await().until(() -> slow.asked.contains(RpcId.of("question")));
    var params = JsonNodeFactory.instance.objectNode().put("requestId", "question");
    channel.say(new Message.Notification("notifications/cancelled", params));
    await().until(() -> slow.told.getCount() == 0);
    var second = begun(tool("two"));
    channel.answer("two");
    assertThat(second.get()).isInstanceOf(CallResult.Result.class);
    slow.end.countDown();
    channel.answer("one");
    assertThat(first.get()).isInstanceOf(CallResult.Result.class);
  }
}
