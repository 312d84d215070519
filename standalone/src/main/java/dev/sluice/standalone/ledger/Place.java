package dev.sluice.standalone.ledger;

import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.fetch.Parts;
import dev.sluice.standalone.redis.EmbeddedRedis;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.state.StateLock;
import dev.sluice.standalone.state.UsedRedis;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A gateway's state, and the Redis that belongs to it: of a gateway that runs, or of one that does
/// not; then the embedded Redis runs for as long as this is open.
final class Place implements AutoCloseable {

  /// Nobody's request waits here.
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

  private final Path state;
  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean running;
  private String redisName = "";

  private Place(Path state) {
    this.state = state;
  }

  static Place open(LedgerOptions options, Map<String, String> environment)
      throws UsageException, FetchException, IOException {
    var place = new Place(options.state());
    try {
      place.connect(options, environment);
      return place;
    } catch (UsageException | FetchException | IOException | RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private void connect(LedgerOptions options, Map<String, String> environment)
      throws UsageException, FetchException, IOException {
    var lock = StateLock.take(state);
    running = lock.isEmpty();
    lock.ifPresent(opened::push);
    var used = UsedRedis.read(state).orElse(new UsedRedis(null, RedisConfig.INSTALLATION));
    var installation = Objects.requireNonNullElse(options.installation(), used.installation());
    var redis = options.redis();
    if (redis != null) {
      connect(redis, installation);
    } else if (used.place() != null) {
      throw new UsageException(
          "--redis: absent (expected: the Redis that this state was used with, at "
              + used.place()
              + ")");
    } else if (running) {
      connect(
          embeddedOfGateway()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "the gateway of "
                              + state
                              + " has a Redis of its own, or is about to start (expected:"
                              + " --redis URL)")),
          installation);
    } else {
      startEmbedded(new Parts(environment).redis(), installation);
    }
  }

  private void connect(URI url, String installation) {
    var config =
        RedisConfig.of(url.toString()).withInstallation(installation).withTimeout(ANSWERED_WITHIN);
    opened.push(RedisBooks.connect(config));
    redisName = config.place() + ", installation " + installation;
  }

  /// Where the embedded Redis of a running gateway listens.
  private Optional<URI> embeddedOfGateway() throws IOException {
    try {
      var json = JsonMapper.shared().readTree(Files.readString(state.resolve("endpoints.json")));
      var url = json.path("redis").asString("");
      return url.isEmpty() ? Optional.empty() : Optional.of(new URI(url));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JacksonException | URISyntaxException e) {
      throw new IOException(state.resolve("endpoints.json") + ": not what a gateway writes", e);
    }
  }

  private void startEmbedded(Path program, String installation) throws IOException {
    var folder = StateFolder.open(state);
    opened.push(folder::close);
    var redis =
        EmbeddedRedis.start(
            program,
            folder,
            InstantSource.system(),
            sentence -> System.err.println("sluice: " + sentence));
    opened.push(redis::end);
    connect(redis.uri(), installation);
  }

  /// For people: where Redis is, and the installation in it.
  String redisName() {
    return redisName;
  }

  /// Whether a gateway writes to the state.
  boolean running() {
    return running;
  }

  RedisBooks books() {
    if (opened.peek() instanceof RedisBooks books) {
      return books;
    }
    throw new IllegalStateException("BUG: not connected");
  }

  Path ledger() throws IOException {
    return StateFolder.privateFolder(state.resolve("ledger"));
  }

  Path usage() {
    return state.resolve("usage");
  }

  @Override
  public void close() throws IOException {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("BUG: " + e, e);
      }
    }
  }
}
