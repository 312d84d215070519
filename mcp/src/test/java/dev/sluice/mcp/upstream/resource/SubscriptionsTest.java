package dev.sluice.mcp.upstream.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class SubscriptionsTest {

  private static final UpstreamLimits LIMITS =
      UpstreamLimits.STANDARD.with(
          UpstreamLimits.Times.STANDARD.withBackOff(Duration.ofMillis(1), Duration.ofMillis(60)));

  private static final ServerListener DEAF =
      new ServerListener() {
        @Override
        public void heard(Message.Notification notification) {}

        @Override
        public void connected(ServerCard card) {}
      };

  private static Call subscribe(String uri) {
    return Call.of("resources/subscribe", JsonNodeFactory.instance.objectNode().put("uri", uri));
  }

  /// Says what it will tell of, and ends the stream.
  private static CallResult brief(Call call) {
    var params = JsonNodeFactory.instance.objectNode();
    params.set("notifications", call.params().path("notifications"));
    call.sink()
        .notification(new Message.Notification("notifications/subscriptions/acknowledged", params));
    return CallResult.failed(Reason.CUT, Effect.MAY_HAVE_RUN, "cut");
  }

  /// Says nothing until it is cancelled.
  private static CallResult mute(Call call) {
    var cancelled = new CountDownLatch(1);
    try (var _ = call.cancellation().onCancel(cancelled::countDown)) {
      cancelled.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return CallResult.failed(Reason.CANCELLED, Effect.MAY_HAVE_RUN, "cancelled");
  }

  /// Says what it will tell of, and lasts; it refuses to tell of more than so many.
  private static Function<Call, CallResult> lasting(int most, AtomicInteger streams) {
    return call -> {
      streams.incrementAndGet();
      var uris = call.params().path("notifications").path("resourceSubscriptions");
      if (uris.size() > most) {
        return new CallResult.Refused(RpcError.of(RpcError.INVALID_PARAMS, "too many"));
      }
      var _ = brief(call);
      return mute(call);
    };
  }

  private static List<String> notes(int count) {
    return IntStream.range(0, count).mapToObj(i -> "note://" + i).toList();
  }

  @Test
  void many_are_watched_with_one_stream() {
    var streams = new AtomicInteger();
    var subscriptions = at(lasting(10_000, streams));
    assertThat(subscriptions.watch(notes(10_000))).hasSize(10_000);
    assertThat(streams).hasValue(1);
    subscriptions.close();
  }

  @Test
  void as_many_are_watched_as_the_server_takes_with_few_questions() {
    var streams = new AtomicInteger();
    var subscriptions = at(lasting(30, streams));
    assertThat(subscriptions.watch(notes(1_000))).hasSize(30);
    assertThat(streams).hasValueLessThanOrEqualTo(32);
    subscriptions.close();
  }

  @Test
  void nothing_more_is_asked_of_a_server_that_is_gone() {
    var asked = new AtomicInteger();
    var subscriptions =
        at(
            call -> {
              asked.incrementAndGet();
              return CallResult.failed(Reason.UNREACHABLE, Effect.NEVER_RUN, "gone");
            });
    assertThat(subscriptions.watch(notes(100))).isEmpty();
    assertThat(asked).hasValue(1);
  }

  private static Subscriptions at(Function<Call, CallResult> server) {
    return new Subscriptions(server, DEAF, LIMITS, _ -> true);
  }

  private static Reason reason(CallResult result) {
    return result instanceof CallResult.Failed(var failure) ? failure.reason() : Reason.CLOSED;
  }

  @Test
  void a_stream_that_ends_at_once_is_asked_for_after_waits_that_grow() {
    var waits = new CopyOnWriteArrayList<Duration>();
    var subscriptions =
        new Subscriptions(
            SubscriptionsTest::brief,
            DEAF,
            LIMITS,
            wait -> {
              waits.add(wait);
              return waits.size() < 8;
            });
    assertThat(subscriptions.call(subscribe("note://1"))).isInstanceOf(CallResult.Result.class);
    await().until(() -> waits.size() == 8);
    assertThat(waits.stream().map(Duration::toMillis).toList())
        .isEqualTo(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L));
  }

  @Test
  void a_call_waits_no_longer_than_it_may_for_a_server_that_says_nothing() {
    var subscriptions = at(SubscriptionsTest::mute);
    var since = System.nanoTime();
    var result = subscriptions.call(subscribe("note://1").within(Duration.ofMillis(200)));
    assertThat(reason(result)).isEqualTo(Reason.TOTAL_TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void a_call_that_waits_for_another_one_ends_in_its_own_time_and_a_cancelled_one_at_once() {
    var asked = new CountDownLatch(1);
    var subscriptions =
        at(
            call -> {
              asked.countDown();
              return mute(call);
            });
    var cancellation = new Cancellation();
    var first =
        CompletableFuture.supplyAsync(
            () -> subscriptions.call(subscribe("note://1").with(cancellation)),
            Thread::startVirtualThread);
    await().until(() -> asked.getCount() == 0);
    var second = subscriptions.call(subscribe("note://2").within(Duration.ofMillis(100)));
    assertThat(reason(second)).isEqualTo(Reason.TOTAL_TIMEOUT);
    cancellation.cancel("enough");
    await().atMost(Duration.ofSeconds(20)).until(first::isDone);
    assertThat(reason(first.join())).isEqualTo(Reason.CANCELLED);
  }
}
