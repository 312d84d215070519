package dev.sluice.extproc.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Measured;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.RouteWorld;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SessionMovesTest {

  private static final String SONNET = "claude-sonnet-5";
  private static final Tokens FRESH = new Tokens(1_000, 10, 0, 99_000, 0, 0);
  private static final Tokens CACHED = new Tokens(500, 10, 100_000, 500, 0, 0);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final SessionMoves moves = new SessionMoves(new Meters(registry), 2);

  private void ended(String session, String asked, String provider, Tokens tokens) {
    ended(session, RouteWorld.request(asked), provider, tokens, false);
  }

  private void ended(
      String session, MessagesRequest request, String provider, Tokens tokens, boolean estimated) {
    var upstream =
        Objects.requireNonNull(
            RouteWorld.snapshot().upstreams().get(new ObjectName("default", provider)));
    var model = Objects.requireNonNull(upstream.model(SONNET));
    var price = Objects.requireNonNull(model.price());
    var facts =
        new Exchange.Facts(
            "r",
            Instant.EPOCH,
            Endpoint.MESSAGES,
            RouteWorld.key(Routing.NONE),
            new Client(session, null, null, null),
            request,
            new Route(
                upstream,
                upstream.accounts().getFirst().credential(),
                model,
                price,
                List.of(),
                null),
            LooseBound.of(request, 1_000_000),
            true,
            "p",
            1);
    var cost = price.cost(tokens);
    moves.ended(facts, new Measured(tokens, cost, UsageRecord.Outcome.COMPLETED, estimated, null));
  }

  private double count(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void a_session_that_goes_on_elsewhere_is_counted_once_with_what_its_cache_would_have_saved() {
    ended("s", SONNET, "north", CACHED);
    assertThat(count("sluice_session_moves")).isZero();
    ended("s", SONNET, "south", FRESH);
    ended("s", SONNET, "south", CACHED);
    assertThat(count("sluice_session_moves")).isEqualTo(1);
    // 99,000 tokens were written for $6.25 and 1,000 read for $5 that would have cost $0.50.
    assertThat(count("sluice_lost_cache_usd")).isCloseTo(0.57375, within(1e-9));
  }

  @Test
  void what_the_cache_still_has_is_not_lost() {
    ended("s", SONNET, "north", FRESH);
    ended("s", SONNET, "south", CACHED);
    assertThat(count("sluice_session_moves")).isEqualTo(1);
    assertThat(count("sluice_lost_cache_usd")).isZero();
  }

  @Test
  void another_session_and_another_model_that_is_asked_are_no_move() {
    ended("s", SONNET, "north", FRESH);
    ended("t", SONNET, "south", FRESH);
    ended("t", "claude-haiku-4-5", "north", FRESH);
    assertThat(count("sluice_session_moves")).isZero();
  }

  /// A title and a search have a prompt of their own.
  @Test
  void what_lists_other_tools_is_no_move() {
    var conversation = RouteWorld.request(SONNET, 50_000, Thinking.NONE, 12);
    ended("s", conversation, "north", FRESH, false);
    ended("s", RouteWorld.request(SONNET, 2_000, Thinking.NONE, 0), "south", FRESH, false);
    ended("s", conversation, "north", CACHED, false);
    assertThat(count("sluice_session_moves")).isZero();
    ended("s", conversation, "south", FRESH, false);
    assertThat(count("sluice_session_moves")).isEqualTo(1);
  }

  @Test
  void what_is_only_estimated_or_of_no_session_tells_nothing() {
    ended("s", SONNET, "north", FRESH);
    ended("s", RouteWorld.request(SONNET), "south", FRESH, true);
    ended("s", SONNET, "south", Tokens.NONE);
    ended("s", SONNET, "north", FRESH);
    ended(null, SONNET, "north", FRESH);
    ended(null, SONNET, "south", FRESH);
    assertThat(count("sluice_session_moves")).isZero();
  }

  @Test
  void the_longest_unused_session_is_forgotten() {
    ended("s", SONNET, "north", FRESH);
    ended("t", SONNET, "north", FRESH);
    ended("s", SONNET, "north", FRESH);
    ended("u", SONNET, "north", FRESH);
    ended("t", SONNET, "south", FRESH);
    assertThat(count("sluice_session_moves")).isZero();
    ended("u", SONNET, "south", FRESH);
    assertThat(count("sluice_session_moves")).isEqualTo(1);
  }
}
