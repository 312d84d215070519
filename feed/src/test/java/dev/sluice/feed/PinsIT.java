package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.mcp.PinStore.Pin;
import dev.sluice.core.mcp.PinStore.PinsUnavailableException;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PinsIT {

  private static final ObjectName SERVER = new ObjectName("default", "weather");
  private static final String SOURCE = "https://weather.example/mcp";

  private static Map<String, Pin> list(String digest) {
    return Map.of("forecast", new Pin(digest, "{\"description\":\"Grüße\nund mehr\"}"));
  }

  @Test
  void the_first_list_of_a_server_stays_what_is_recorded() throws Exception {
    try (var redis = RedisServer.start()) {
      try (var pins = Pins.open(RedisConfig.of(redis.uri()))) {
        assertThat(pins.recordFirst(SERVER, SOURCE, Map.of())).isEmpty();
        assertThat(pins.recordFirst(SERVER, SOURCE, list("sha256:1"))).isEqualTo(list("sha256:1"));
        assertThat(pins.recordFirst(SERVER, SOURCE, list("sha256:2"))).isEqualTo(list("sha256:1"));
      }
      try (var later = Pins.open(RedisConfig.of(redis.uri()))) {
        assertThat(later.recordFirst(SERVER, SOURCE, Map.of())).isEqualTo(list("sha256:1"));
        assertThat(later.recordFirst(SERVER, SOURCE + "/2", list("sha256:2")))
            .isEqualTo(list("sha256:2"));
        var other = new ObjectName("other", "weather");
        assertThat(later.recordFirst(other, SOURCE, list("sha256:3"))).isEqualTo(list("sha256:3"));
      }
    }
  }

  @Test
  void gateways_that_come_at_once_agree() throws Exception {
    try (var redis = RedisServer.start();
        var one = Pins.open(RedisConfig.of(redis.uri()));
        var other = Pins.open(RedisConfig.of(redis.uri()));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 20)
              .<Callable<Map<String, Pin>>>mapToObj(
                  i ->
                      () ->
                          (i % 2 == 0 ? one : other)
                              .recordFirst(SERVER, SOURCE, list("sha256:" + i)))
              .toList();
      var recorded = new HashSet<Map<String, Pin>>();
      for (var task : threads.invokeAll(tasks)) {
        recorded.add(task.get());
      }
      assertThat(recorded).hasSize(1);
    }
  }

  @Test
  void nobody_knows_what_is_recorded_while_redis_is_away() throws Exception {
    try (var redis = RedisServer.start()) {
      var config = RedisConfig.of(redis.uri()).withTimeout(Duration.ofSeconds(4));
      try (var pins = Pins.open(config)) {
        assertThat(pins.recordFirst(SERVER, SOURCE, list("sha256:1"))).hasSize(1);
        redis.kill();
        assertThatThrownBy(() -> pins.recordFirst(SERVER, SOURCE, list("sha256:1")))
            .isInstanceOf(PinsUnavailableException.class)
            .hasMessageStartingWith("the record of their definitions: redis: ");
      }
    }
  }
}
