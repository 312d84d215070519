package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Ejection;
import dev.sluice.core.provider.Ejection.Target;
import dev.sluice.core.provider.Service;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.route.Route;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HealthTest {

  private static final Duration OUT = Duration.ofSeconds(30);

  private final Upstream first = upstream("first");
  private final Upstream second = upstream("second");
  private final List<Route> plan = List.of(route(first), route(second));
  private final List<Ejection> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private final Health health = new Health(() -> now, told::add);

  private static Upstream upstream(String name) {
    return new Upstream(
        new ObjectName("default", name),
        URI.create("https://example.com"),
        Service.ANTHROPIC,
        List.of(new Upstream.Account("default/" + name + "/main", 1)),
        Map.of(),
        null,
        List.of(),
        List.of(),
        new Upstream.Timeouts(OUT, OUT, OUT),
        new Upstream.Outlier(3, OUT));
  }

  private static Route route(Upstream upstream) {
    var model = new Model("m", "m", "m", Policies.PRICE, 1_000, null, null, Model.Kind.TEXT);
    return new Route(
        upstream,
        upstream.accounts().getFirst().credential(),
        model,
        Policies.PRICE,
        List.of(),
        null);
  }

  private static Target target(Upstream upstream) {
    return new Target.Whole(upstream.name());
  }

  private String best(String session) {
    return health.ordered(plan, session).getFirst().upstream().name().name();
  }

  private void fail(int times) {
    IntStream.range(0, times).forEach(_ -> health.failed(target(first), first.outlier(), null));
  }

  @Test
  void a_provider_that_fails_in_a_row_is_tried_last() {
    fail(2);
    assertThat(best("s")).isEqualTo("first");
    fail(1);
    assertThat(best("s")).isEqualTo("second");
    assertThat(health.ordered(plan, "s")).hasSize(2);
    assertThat(told)
        .containsExactly(new Ejection(target(first), now.plus(OUT), now.plus(OUT).plus(OUT)));
  }

  @Test
  void one_that_answers_between_failures_is_left_where_it_is() {
    fail(2);
    health.worked(route(first));
    fail(2);
    assertThat(best("s")).isEqualTo("first");
  }

  @Test
  void one_that_asks_for_a_rest_has_it_at_once_but_no_more_than_five_minutes() {
    health.failed(target(first), first.outlier(), Duration.ofHours(3));
    now = now.plus(Duration.ofSeconds(299));
    assertThat(best("s")).isEqualTo("second");
    now = now.plus(Duration.ofSeconds(302));
    assertThat(best("s")).isEqualTo("first");
  }

  @Test
  void it_returns_session_by_session() {
    fail(3);
    now = now.plus(OUT).plus(OUT.dividedBy(2));
    var back = IntStream.range(0, 1_000).filter(i -> best("session-" + i).equals("first")).count();
    assertThat(back).isBetween(350L, 650L);
    assertThat(IntStream.range(0, 9).mapToObj(_ -> best("session-7")).distinct()).hasSize(1);
    now = now.plus(OUT);
    assertThat(IntStream.range(0, 100).allMatch(i -> best("session-" + i).equals("first")))
        .isTrue();
  }

  @Test
  void another_gateway_may_say_so_and_the_later_end_holds() {
    health.eject(new Ejection(target(first), now.plus(OUT), now.plus(OUT)));
    health.eject(new Ejection(target(first), now.plusSeconds(1), now.plusSeconds(1)));
    assertThat(best("s")).isEqualTo("second");
    now = now.plusSeconds(29);
    assertThat(best("s")).isEqualTo("second");
    assertThat(told).isEmpty();
  }

  @Test
  void an_account_that_fails_leaves_its_provider_to_the_others() {
    var spare = with("default/first/spare", "m");
    var places = List.of(route(first), spare, with("default/first/spare", "n"), route(second));
    health.failed(new Target.Account("default/first/main"), first.outlier(), OUT);
    assertThat(health.ordered(places, "s")).last().isEqualTo(route(first));
    health.failed(new Target.AccountOfModel("default/first/spare", "m"), first.outlier(), OUT);
    assertThat(health.ordered(places, "s"))
        .containsExactly(places.get(2), places.get(3), places.get(0), spare);
    health.failed(target(first), first.outlier(), OUT);
    assertThat(health.ordered(places, "s")).first().isEqualTo(route(second));
  }

  private Route with(String account, String model) {
    var served = new Model(model, model, model, Policies.PRICE, 1_000, null, null, Model.Kind.TEXT);
    return new Route(first, account, served, Policies.PRICE, List.of(), null);
  }

  @Test
  void where_all_are_left_alone_the_plan_stays_as_it_is() {
    fail(3);
    IntStream.range(0, 3).forEach(_ -> health.failed(target(second), first.outlier(), null));
    assertThat(best("s")).isEqualTo("first");
  }
}
