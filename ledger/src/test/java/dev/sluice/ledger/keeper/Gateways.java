package dev.sluice.ledger.keeper;

import dev.sluice.ledger.redis.RedisConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;

/// Gateways of one Redis.
final class Gateways implements AutoCloseable {

  private final RedisConfig config;
  private final Path folder;
  private final ArrayDeque<Gateway> started = new ArrayDeque<>();

  /// @param folder for their stores
  Gateways(RedisConfig config, Path folder) {
    this.config = config;
    this.folder = folder;
  }

  Gateway start(String name) throws IOException, InterruptedException {
    return start(name, Duration.ZERO);
  }

  /// @param patience for how long other gateways may say that they have more
  Gateway start(String name, Duration patience) throws IOException, InterruptedException {
    return started(Gateway.start(config, store(name), patience));
  }

  /// One whose keeper is still to come.
  Gateway startUnkept(String name) throws IOException {
    return started(Gateway.unkept(config, store(name)));
  }

  private Path store(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private Gateway started(Gateway gateway) {
    started.push(gateway);
    return gateway;
  }

  void end(Gateway gateway) {
    started.remove(gateway);
    gateway.close();
  }

  /// Ends them all; more may be started after that, of the same stores.
  @Override
  public void close() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
