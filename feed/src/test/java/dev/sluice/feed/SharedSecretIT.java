package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import org.junit.jupiter.api.Test;

class SharedSecretIT {

  @Test
  void all_gateways_of_an_installation_have_the_same_and_those_of_another_one_another() {
    try (var redis = RedisServer.start()) {
      var config = RedisConfig.of(redis.uri());
      var secret = SharedSecret.of(config, "sessions");
      assertThat(secret).hasSize(32);
      assertThat(SharedSecret.of(config, "sessions")).isEqualTo(secret);
      assertThat(SharedSecret.of(config, "others")).isNotEqualTo(secret);
      assertThat(SharedSecret.of(config.withInstallation("b"), "sessions")).isNotEqualTo(secret);
    }
  }

  @Test
  void without_redis_there_is_none() {
    assertThatThrownBy(() -> SharedSecret.of(RedisConfig.of("redis://127.0.0.1:1"), "sessions"))
        .isInstanceOf(FeedUnavailableException.class);
  }
}
