package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.session.Seal;
import dev.sluice.mcp.serve.stream.StreamLimits;
import dev.sluice.mcp.serve.stream.Streams;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Two gateways: `one` lends, and `two` borrows.
final class Pair {

  static final ObjectName KEY = new ObjectName("team", "key");

  /// Of those who are silent for longer than a process is held up, nobody thinks that they live.
  static final LendLimits LIMITS =
      LendLimits.STANDARD.withSigns(Duration.ofMillis(100), Duration.ofSeconds(4));

  final Hub hub = new Hub();
  final Hub.Joined busOfOne = hub.join("one");
  final Hub.Joined busOfTwo = hub.join("two");

  /// Those of the gateway that lends.
  final Streams streams = new Streams(StreamLimits.STANDARD, "one");

  final Parked parked = new Parked(new Seal(new byte[32]), "one", 10);

  /// Events that the other gateway was told.
  final AtomicInteger heard = new AtomicInteger();

  final Borrowing borrowing = borrowing();

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
}
