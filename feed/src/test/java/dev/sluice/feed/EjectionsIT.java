package dev.sluice.feed;

import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.provider.Ejection;
import dev.sluice.core.provider.Ejection.Target;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EjectionsIT {

  private static final Duration WITHIN = Duration.ofSeconds(20);

  private final List<Ejection> heard = new CopyOnWriteArrayList<>();

  private static Ejection ejection(Target target) {
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new Ejection(target, now.plusSeconds(30), now.plusSeconds(60));
  }

  @Test
  void what_one_gateway_tells_all_hear_once() throws Exception {
    var first = ejection(new Target.Whole(new ObjectName("default", "first")));
    var second = ejection(new Target.Account("default/first/main"));
    var third = ejection(new Target.AccountOfModel("default/first/main", "llama 4: maverick"));
    try (var redis = RedisServer.start();
        var one = Ejections.of(RedisConfig.of(redis.uri()));
        var other = Ejections.of(RedisConfig.of(redis.uri()))) {
      one.start(_ -> {});
      other.start(heard::add);
      one.tell(first);
      await().atMost(WITHIN).until(() -> heard.equals(List.of(first)));
      one.tell(second);
      await().atMost(WITHIN).until(() -> heard.equals(List.of(first, second)));
      one.tell(third);
      await().atMost(WITHIN).until(() -> heard.equals(List.of(first, second, third)));
    }
  }
}
