package dev.sluice.mcp.serve.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.LoneGateway;
import dev.sluice.core.mcp.SessionBus.Told;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.neighbour.Hub;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.serve.session.Remembered;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class TellerTest {

  private static final Watched NOTE =
      new Watched(new ObjectName("team", "notes.v1"), "note://düsseldorf/a b");
  private static final Watched OTHER = new Watched(new ObjectName("team", "notes"), "n");

  private final Hub hub = new Hub();
  private final Teller teller = new Teller(hub.join("one"));
  private final Teller other = new Teller(hub.join("two"));

  @Test
  void what_a_client_says_is_told_and_remembered() {
    var heard = new CopyOnWriteArrayList<News>();
    other.hear(heard::add, () -> {});
    assertThat(other.remembered("s")).contains(new Remembered(false, Optional.empty(), Set.of()));
    teller.level("s", "warning");
    teller.watches("s", NOTE);
    teller.watches("s", OTHER);
    teller.unwatches("s", OTHER);
    assertThat(other.remembered("s"))
        .contains(new Remembered(false, Optional.of("warning"), Set.of(NOTE)));
    teller.ended("s");
    teller.cancelled("s", RpcId.of(1), "enough");
    assertThat(other.remembered("s").orElseThrow().ended()).isTrue();
    assertThat(teller.one("two", new News.Quiet("c", 1))).isEqualTo(Told.SENT);
    await()
        .untilAsserted(
            () ->
                assertThat(heard)
                    .isEqualTo(
                        List.of(
                            new News.Level("s", "warning"),
                            new News.Watches("s", NOTE),
                            new News.Watches("s", OTHER),
                            new News.Unwatches("s", OTHER),
                            new News.Ended("s"),
                            new News.Cancelled("s", RpcId.of(1), "enough"),
                            new News.Quiet("c", 1))));
  }

  @Test
  void a_gateway_that_is_alone_reaches_nobody() {
    var alone = new Teller(new LoneGateway());
    alone.hear(_ -> {}, () -> {});
    alone.level("s", "warning");
    alone.watches("s", NOTE);
    alone.unwatches("s", NOTE);
    assertThat(alone.one("two", new News.Quiet("c", 1))).isEqualTo(Told.NOBODY);
    assertThat(alone.remembered("s")).isEmpty();
  }
}
