package dev.sluice.feed;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.codec.UnreadablePolicyException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.Script;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands policies to all gateways of an installation, and knows which of them has which.
///
/// All methods block, for the configured timeout at most, or while they connect, and throw
/// [FeedUnavailableException] where Redis is away.
public final class PolicyPublisher implements AutoCloseable {

  /// How a publication ended.
  public sealed interface Published {

    /// It is what gateways read from now on.
    record Switched(long generation) implements Published {}

    /// Somebody has published since: the caller leads no more, or must read what is there first.
    ///
    /// @param generation of what is there
    record Overtaken(long generation, String by) implements Published {}
  }

  /// How long what a replica tells of its Envoys counts, unless it tells it again.
  public static final Duration ENVOYS_LIFETIME = Duration.ofSeconds(15);

  /// For how long a reader that was told of the policy before may still fetch it.
  private static final Duration OLD_LIFETIME = Duration.ofMinutes(1);

  private static final Script PUBLISH = Script.of(PolicyPublisher.class, "publish.lua");
  static final Script READ = Script.of(PolicyPublisher.class, "read.lua");
  private static final Logger LOG = LoggerFactory.getLogger(PolicyPublisher.class);

  private final FeedRedis redis;
  private final Reports reports;
  private final String writer;
  private final InstantSource clock;

  private PolicyPublisher(FeedRedis redis, String writer, InstantSource clock) {
    this.redis = redis;
    this.reports = new Reports(redis);
    this.writer = writer;
    this.clock = clock;
  }

  /// Connects with the first call.
  ///
  /// @param writer the replica that publishes and tells, for people and for [#tell]
  public static PolicyPublisher open(RedisConfig config, String writer) {
    return new PolicyPublisher(new FeedRedis(config, null), writer, InstantSource.system());
  }

  /// What is published, without its content.
  public record Standing(long generation, String version, String publishedBy) {}

  /// Switches the policy of all gateways in one atomic step, and pushes the news to them.
  ///
  /// The new generation is the time in milliseconds, or one more than `after`: so it is higher than
  /// all before it also in a Redis that has lost its data. After a [FeedUnavailableException] the
  /// switch may have happened: [#standing] tells.
  ///
  /// @param after the generation that the caller knows as the last: of what it has published, of
  ///   what it has read, or what a gateway serves where that is higher; 0 for none. Where a higher
  ///   one is there the caller has been deposed, or has not read it yet
  /// @throws IllegalArgumentException where the policy is too large
  public Published publish(Snapshot snapshot, List<KeptManifest> lastGood, long after) {
    var now = clock.instant();
    long generation = Math.max(Math.addExact(after, 1), now.toEpochMilli());
    var policy = new Policy(generation, now, writer, snapshot, lastGood);
    var reply =
        redis.run(
            PUBLISH,
            FeedRedis.bytes(after),
            FeedRedis.bytes(generation),
            FeedRedis.bytes(snapshot.version()),
            FeedRedis.bytes(writer),
            PolicyBlob.write(policy),
            FeedRedis.bytes(OLD_LIFETIME.toMillis()));
    if (FeedRedis.text(reply.get(0)).equals("overtaken")) {
      return new Published.Overtaken(FeedRedis.number(reply.get(1)), FeedRedis.text(reply.get(2)));
    }
    var untold = FeedRedis.text(reply.get(1));
    if (!untold.isEmpty()) {
      LOG.warn("gateways find the policy by their polls only: {}", untold);
    }
    return new Published.Switched(generation);
  }

  /// What is published; empty where nothing is.
  ///
  /// @throws UnreadablePolicyException where it is damaged, or of a later version than this
  ///   program's
  public Optional<Policy> current() {
    var reply = redis.run(READ, FeedRedis.bytes("none"));
    return reply.isEmpty()
        ? Optional.empty()
        : Optional.of(PolicyBlob.read(FeedRedis.blob(reply.get(3))));
  }

  /// The same without its content: to look whether Redis still has it.
  public Optional<Standing> standing() {
    var reply = redis.run(READ, FeedRedis.bytes("any"));
    return reply.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Standing(
                FeedRedis.number(reply.get(0)),
                FeedRedis.text(reply.get(1)),
                FeedRedis.text(reply.get(2))));
  }

  /// The gateways that are alive, by id.
  public List<GatewayReport> gateways() {
    return reports.gateways();
  }

  /// Tells of all Envoys that are connected to this replica, in the place of what it told before.
  public void tell(List<EnvoyReport> envoys) {
    reports.tell(writer, envoys, ENVOYS_LIFETIME);
  }

  /// The Envoys that are connected to any replica, by node.
  public List<EnvoyReport> envoys() {
    return reports.envoys();
  }

  /// Also takes back what this replica told; without Redis that ends by itself.
  @Override
  public void close() {
    try {
      reports.forgetEnvoys(writer);
    } catch (FeedUnavailableException e) {
      LOG.debug("what was told of Envoys ends by itself", e);
    }
    redis.close();
  }
}
