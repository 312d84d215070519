package dev.sluice.feed.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.policy.Upstream;
import dev.sluice.feed.Samples;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SnapshotCodecTest {

  private static final int SNAPSHOTS = 300;

  @Test
  void whatever_is_written_is_read_again() throws Exception {
    var seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var samples = new Samples(seed);
    for (int i = 0; i < SNAPSHOTS; i++) {
      var snapshot = samples.snapshot();
      var bytes = SnapshotCodec.write(snapshot).toByteArray();
      var read = SnapshotCodec.read(PolicyProto.Snapshot.parseFrom(bytes));
      assertThat(read).isEqualTo(snapshot);
    }
  }

  @Test
  void keys_share_the_limits_of_their_teams() {
    var message = SnapshotCodec.write(new Samples(1).company(100, 5, 2));
    assertThat(message.getBudgetsList())
        .filteredOn(budget -> budget.getOwner().startsWith("company/team-"))
        .hasSize(5);
    assertThat(message.getLaddersCount()).isEqualTo(5);
    var keys = SnapshotCodec.read(message).keysByName().iterator();
    var root = keys.next().budgets().getLast();
    assertThat(keys.next().budgets().getLast()).isSameAs(root);
  }

  @Test
  void a_grant_of_an_earlier_version_has_the_weight_one() {
    var message = SnapshotCodec.write(new Samples(3).company(1, 1, 1)).toBuilder();
    message.getKeysBuilder(0).getGrantsBuilder(0).clearWeight();
    var key = SnapshotCodec.read(message.build()).keysByName().iterator().next();
    assertThat(key.grants().getFirst().weight()).isEqualTo(1);
  }

  @Test
  void a_provider_of_an_earlier_version_has_one_account() {
    var message = SnapshotCodec.write(new Samples(3).company(1, 1, 1)).toBuilder();
    message.getUpstreamsBuilder(0).clearAccounts().setCredential("default/one/main");
    assertThat(SnapshotCodec.read(message.build()).upstreams().firstEntry().getValue().accounts())
        .containsExactly(new Upstream.Account("default/one/main", 1));
  }

  @Test
  void a_policy_of_an_earlier_version_has_no_tools() {
    var message = SnapshotCodec.write(new Samples(5).snapshot()).toBuilder();
    message.clearToolServers().clearToolGrants();
    message.getKeysBuilderList().forEach(PolicyProto.Key.Builder::clearToolGrants);
    var read = SnapshotCodec.read(message.build());
    assertThat(read.servers()).isEmpty();
    assertThat(read.keysByName()).allMatch(key -> key.tools().equals(ToolAccess.NONE));
  }

  @Test
  void a_server_that_is_reached_in_a_later_way_is_refused() {
    assertThatThrownBy(() -> read(company -> company.addToolServersBuilder().setPinsValue(1)))
        .isInstanceOf(UnreadablePolicyException.class)
        .hasMessageContaining("reach 0 is not known here");
    assertThatThrownBy(
            () ->
                read(
                    company ->
                        company
                            .addToolServersBuilder()
                            .setPinsValue(9)
                            .getProgramBuilder()
                            .addCommand("mcp")))
        .hasMessageContaining("pins 9 is not known here");
    assertThatThrownBy(() -> read(company -> company.getKeysBuilder(0).addToolGrants(3)))
        .hasMessageContaining("grants of tools at 3 (expected: one of 0)");
  }

  @Test
  void a_word_of_a_later_version_is_refused() {
    assertThatThrownBy(() -> read(company -> company.getKeysBuilder(0).setWhenLedgerAwayValue(77)))
        .isInstanceOf(UnreadablePolicyException.class)
        .hasMessageEndingWith(
            ": when_ledger_away 77 is not known here"
                + " (expected: a gateway as new as who publishes)");
    assertThatThrownBy(() -> read(company -> company.getBudgetsBuilder(0).setLevelValue(9)))
        .hasMessageContaining("level 9 is not known here");
    assertThatThrownBy(() -> read(company -> company.getBudgetsBuilder(0).clearWindow()))
        .hasMessageContaining("window.start 0 is not known here");
    assertThatThrownBy(() -> read(company -> company.getRateLimitsBuilder(0).setMeasureValue(12)))
        .hasMessageContaining("measure 12 is not known here");
    assertThatThrownBy(
            () ->
                read(
                    company ->
                        company
                            .getKeysBuilder(0)
                            .getRoutingBuilder()
                            .addRulesBuilder()
                            .getMatchBuilder()
                            .setTierValue(9)))
        .hasMessageContaining("tier 9 is not known here");
  }

  @Test
  void what_no_snapshot_can_have_is_refused() {
    assertThatThrownBy(() -> read(company -> company.getKeysBuilder(0).addBudgets(99)))
        .isInstanceOf(UnreadablePolicyException.class)
        .hasMessageContaining("budget at 99 (expected: one of ");
    assertThatThrownBy(() -> read(company -> company.getBudgetsBuilder(0).setLimitNanoUsd(-1)))
        .hasMessageContaining("limit of ");
    assertThatThrownBy(
            () ->
                read(
                    company ->
                        company.getBudgetsBuilder(0).getWindowBuilder().setZone("Moon/Crater")))
        .hasMessageContaining("Moon/Crater");
  }

  private static void read(Consumer<PolicyProto.Snapshot.Builder> change) {
    var message = SnapshotCodec.write(new Samples(2).company(3, 1, 1)).toBuilder();
    change.accept(message);
    SnapshotCodec.read(message.build());
  }
}
