package dev.sluice.mcp.catalog;

import static dev.sluice.mcp.catalog.Declared.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.catalog.Catalog.Change;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WatchersTest {

  private final List<Change> heard = new CopyOnWriteArrayList<>();

  @Test
  void tell_a_slow_listener_less_exactly_what_floods() {
    var watchers = new Watchers(10);
    var ready = new CountDownLatch(1);
    var _ =
        watchers.add(
            change -> {
              heard.add(change);
              try {
                ready.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    watchers.tell(new Change.Tools(name("one")));
    await().until(() -> heard.size() == 1);
    for (var i = 0; i < 100_000; i++) {
      watchers.tell(new Change.Resource(name("one"), "note://" + i));
      watchers.tell(new Change.Tools(name("one")));
    }
    ready.countDown();
    await().until(() -> heard.contains(new Change.Resources(name("one"))));
    assertThat(heard).hasSizeLessThanOrEqualTo(13);
    watchers.close();
  }

  @Test
  void tell_nobody_who_has_left_and_go_on_after_one_that_fails() {
    var watchers = new Watchers(10);
    var unheard = new CopyOnWriteArrayList<Change>();
    var left = watchers.add(unheard::add);
    left.close();
    var failing =
        watchers.add(
            change -> {
              heard.add(change);
              throw new IllegalStateException("BUG: the listener's own");
            });
    watchers.tell(new Change.Tools(name("one")));
    await().until(() -> heard.size() == 1);
    watchers.tell(new Change.Prompts(name("one")));
    await().until(() -> heard.size() == 2);
    assertThat(unheard).isEmpty();
    failing.close();
    watchers.close();
  }
}
