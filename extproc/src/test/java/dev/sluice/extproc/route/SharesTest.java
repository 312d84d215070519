package dev.sluice.extproc.route;

import static dev.sluice.extproc.route.RouteWorld.asking;
import static dev.sluice.extproc.route.RouteWorld.grant;
import static dev.sluice.extproc.route.RouteWorld.key;
import static dev.sluice.extproc.route.RouteWorld.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.extproc.decode.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTest {

  private static final int SESSIONS = 20_000;
  private static final String MODEL = "claude-sonnet-5";

  /// A count this far from what is expected comes once in some million runs.
  private static final double DEVIATIONS = 5.2;

  private final Snapshot snapshot = RouteWorld.snapshot();

  private List<String> order(Asking asking, Grant... grants) {
    return Router.plan(key(Routing.NONE, grants), snapshot, asking).stream()
        .map(route -> route.upstream().name().name())
        .toList();
  }

  private static List<String> sessions() {
    var seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    return IntStream.range(0, SESSIONS)
        .mapToObj(_ -> new UUID(random.nextLong(), random.nextLong()).toString())
        .toList();
  }

  private static void assertShare(Map<String, Long> counts, String provider, double share) {
    double deviation = Math.sqrt(SESSIONS * share * (1 - share));
    assertThat((double) counts.getOrDefault(provider, 0L))
        .as(provider)
        .isCloseTo(SESSIONS * share, within(DEVIATIONS * deviation));
  }

  @Test
  void every_provider_has_its_share_of_the_sessions_and_of_those_that_it_loses() {
    Grant[] grants = {grant("north", 70), grant("south", 20), grant("west", 10)};
    var orders = sessions().stream().map(session -> order(asking(session, MODEL), grants)).toList();
    var first = counts(orders, order -> order.get(0));
    assertShare(first, "north", 0.7);
    assertShare(first, "south", 0.2);
    assertShare(first, "west", 0.1);
    // Where north fails, its sessions are dealt to the others 2 to 1.
    var second = counts(orders, order -> order.get(0) + order.get(1));
    assertShare(second, "northsouth", 0.7 * 2 / 3);
    assertShare(second, "northwest", 0.7 / 3);
  }

  private static Map<String, Long> counts(
      List<List<String>> orders, Function<List<String>, String> name) {
    return orders.stream().collect(Collectors.groupingBy(name, Collectors.counting()));
  }

  @Test
  void a_weight_that_grows_takes_sessions_and_moves_none_between_the_others() {
    int moved = 0;
    for (var session : sessions()) {
      var asking = asking(session, MODEL);
      var before = order(asking, grant("north", 1), grant("south", 1), grant("west", 1)).get(0);
      var after = order(asking, grant("north", 2), grant("south", 1), grant("west", 1)).get(0);
      assertThat(after).isIn(before, "north");
      moved += after.equals(before) ? 0 : 1;
    }
    // From a third to a half.
    double share = 1 / 6.0;
    double deviation = Math.sqrt(SESSIONS * share * (1 - share));
    assertThat((double) moved).isCloseTo(SESSIONS * share, within(DEVIATIONS * deviation));
  }

  @Test
  void a_session_stays_where_it_is_and_an_agent_of_it_too() {
    Grant[] grants = {grant("north", 1), grant("south", 1)};
    var agents = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      var client = new Client("s", "agent-" + i, null, null);
      var one = order(new Asking("r1", client, request(MODEL)), grants);
      var two = order(new Asking("r2", client, request("claude-haiku-4-5")), grants);
      assertThat(two).isEqualTo(one);
      agents.add(one.get(0));
    }
    assertThat(agents).contains("north", "south");
  }

  @Test
  void requests_without_a_session_are_dealt_one_by_one() {
    Grant[] grants = {grant("north", 1), grant("south", 1)};
    var first =
        IntStream.range(0, 50)
            .mapToObj(i -> new Asking("r" + i, Client.UNKNOWN, request(MODEL)))
            .map(asking -> order(asking, grants).get(0))
            .toList();
    assertThat(first).contains("north", "south");
  }

  @Test
  void a_weight_of_zero_follows_all_others_and_serves_where_no_other_can() {
    for (int i = 0; i < 200; i++) {
      var asking = asking("s" + i, MODEL);
      assertThat(order(asking, grant("north", 0), grant("south", 1), grant("west", 1)))
          .hasSize(3)
          .endsWith("north");
      assertThat(order(asking, grant("north", 0), grant("south", 1, "claude-haiku-*")))
          .containsExactly("north");
    }
  }

  @Test
  void gateways_of_all_versions_agree() {
    Grant[] grants = {grant("north", 3), grant("south", 2), grant("west", 1)};
    var first =
        IntStream.range(0, 12).mapToObj(i -> order(asking("s" + i, MODEL), grants).get(0)).toList();
    assertThat(String.join(" ", first))
        .isEqualTo("west west north west south south" + " south west north south north south");
  }
}
