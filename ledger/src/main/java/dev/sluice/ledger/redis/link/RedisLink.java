package dev.sluice.ledger.redis.link;

import dev.sluice.ledger.LedgerUnavailableException;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/// The connection to whichever node is the master of the ledger's keys, one for all callers. What
/// they send within one turn of the event loop leaves in one write.
///
/// It reconnects by itself: to the same address, to whom the Sentinels name, or to whom the cluster
/// gives the slot. Calls that Redis has not answered by then are sent again, but for those that
/// were cancelled.
public final class RedisLink implements AutoCloseable {

  /// Of one connection, answers that are still to come and calls that wait for it, cancelled ones
  /// too: more than callers who wait and have just given up, since Lettuce tells each that is more.
  private static final int CALLS_QUEUED_MAX = 30_000;

  /// Commands that wait for each other before they leave.
  private static final int FLUSHES_MAX = 256;

  /// The first time a JVM connects it may take longer than a call should.
  private static final int CONNECTS_AT_START = 3;

  private static final Duration RECONNECT_DELAY_MAX = Duration.ofMillis(500);
  private static final Duration TOPOLOGY_EVERY = Duration.ofSeconds(10);
  private static final Duration TOPOLOGY_EARLY_EVERY = Duration.ofMillis(500);
  private static final int TOPOLOGY_AFTER_RECONNECTS = 2;
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(1);

  private static final String FLIGHT_RECORDING = "io.lettuce.core.jfr";

  static {
    // Lettuce would set up the JDK's flight recorder for its events, half a second of each start.
    if (System.getProperty(FLIGHT_RECORDING) == null) {
      System.setProperty(FLIGHT_RECORDING, "false");
    }
  }

  private final ClientResources resources;
  private final AbstractRedisClient client;
  private final ChannelGroup channels;
  private final Route route;
  private final Disposable subscriptions;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable String trouble;
  private final AtomicLong renewed = new AtomicLong(System.nanoTime());

  private RedisLink(
      ClientResources resources, AbstractRedisClient client, ChannelGroup channels, Route route) {
    this.resources = resources;
    this.client = client;
    this.channels = channels;
    this.route = route;
    client.addListener(new Connected());
    var events = resources.eventBus().get();
    this.subscriptions =
        Disposables.composite(
            events
                .ofType(ClusterTopologyChangedEvent.class)
                .subscribe(_ -> listeners.forEach(Runnable::run)),
            events
                .ofType(ReconnectFailedEvent.class)
                .subscribe(event -> trouble = RedisFailure.sentence(event.getCause())));
  }

  /// @param key of the ledger; in a cluster its slot decides
  /// @param loops the caller's event loops; null: one of its own
  /// @throws LedgerUnavailableException if there is no connection
  public static RedisLink open(
      RedisUrl url, String key, Duration timeout, @Nullable EventLoopGroup loops) {
    var options = options(url, timeout);
    var channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    var resources = resources(loops, channels);
    for (var node : url.nodes()) {
      node.setTimeout(timeout);
      node.setClientName("sluice");
    }
    if (url.topology() == RedisUrl.Topology.CLUSTER) {
      var client = RedisClusterClient.create(resources, url.nodes());
      client.setOptions(inCluster(options));
      return connected(url, client, () -> Route.to(client, key), resources, channels);
    }
    var client = RedisClient.create(resources, url.nodes().getFirst());
    client.setOptions(options);
    return connected(url, client, () -> Route.to(client, key), resources, channels);
  }

  private static RedisLink connected(
      RedisUrl url,
      AbstractRedisClient client,
      Supplier<Route> connect,
      ClientResources resources,
      ChannelGroup channels) {
    for (int attempt = 1; ; attempt++) {
      try {
        return new RedisLink(resources, client, channels, connect.get());
      } catch (RedisException e) {
        if (attempt == CONNECTS_AT_START || RedisFailure.isAnswer(e)) {
          close(client, resources);
          var sentence =
              "redis: cannot connect to " + url.place() + ": " + RedisFailure.sentence(e);
          throw RedisFailure.isSilence(e)
              ? LedgerUnavailableException.noAnswer(sentence, e)
              : new LedgerUnavailableException(sentence, e);
        }
      }
    }
  }

  private static ClientResources resources(@Nullable EventLoopGroup loops, ChannelGroup channels) {
    var resources =
        DefaultClientResources.builder()
            .reconnectDelay(
                Delay.exponential(
                    Duration.ofMillis(1), RECONNECT_DELAY_MAX, 2, TimeUnit.MILLISECONDS))
            .nettyCustomizer(new OneWriteATurn(channels));
    return loops == null
        ? resources.ioThreadPoolSize(1).computationThreadPoolSize(2).build()
        : resources
            .eventLoopGroupProvider(new SharedEventLoops(loops))
            .computationThreadPoolSize(2)
            .build();
  }

  private static ClientOptions options(RedisUrl url, Duration timeout) {
    return ClientOptions.builder()
        .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
        .sslOptions(url.tls().options())
        .requestQueueSize(CALLS_QUEUED_MAX)
        // A timer for each command would cost more than the callers' own deadlines do.
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .build();
  }

  private static ClusterClientOptions inCluster(ClientOptions options) {
    return ClusterClientOptions.builder(options)
        .topologyRefreshOptions(
            ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(TOPOLOGY_EVERY)
                .adaptiveRefreshTriggersTimeout(TOPOLOGY_EARLY_EVERY)
                .refreshTriggersReconnectAttempts(TOPOLOGY_AFTER_RECONNECTS)
                .build())
        .build();
  }

  private record OneWriteATurn(ChannelGroup channels) implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      channel.pipeline().addFirst(new FlushConsolidationHandler(FLUSHES_MAX, true));
      channels.add(channel);
    }
  }

  /// Connections to Sentinels are no news.
  private final class Connected implements RedisConnectionStateListener {
    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
      if (connection instanceof StatefulRedisConnection<?, ?>) {
        trouble = null;
        listeners.forEach(Runnable::run);
      }
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      if (connection instanceof StatefulRedisConnection<?, ?>) {
        trouble = "the connection was lost";
      }
    }
  }

  /// Has somebody told of each later connection to the master, and of each other master; possibly
  /// more often. It runs on the event loop, before calls that come later are sent: those that had
  /// waited for the connection are on their way already.
  public void onConnected(Runnable listener) {
    listeners.add(listener);
  }

  /// The first arguments of EVAL and EVALSHA: the script, and the ledger's key.
  public CommandArgs<String, String> keyed(byte[] script) {
    var arguments = new CommandArgs<>(StringCodec.UTF8).add(script).add(1);
    route.addKey(arguments);
    return arguments;
  }

  /// @param codec of the answer: its parts may be packed
  public RedisFuture<List<Object>> dispatch(
      CommandType type, CommandArgs<String, String> arguments, StringCodec codec) {
    return route.commands().dispatch(type, new NestedMultiOutput<>(codec), arguments);
  }

  /// Hears what is published on a channel, over a connection of its own that comes back by itself;
  /// what is published in between is not heard. The listener runs on the event loop.
  ///
  /// @return done once Redis has agreed
  /// @throws RedisException if there is no connection
  public CompletionStage<Void> subscribe(String channel, Consumer<String> listener) {
    return subscribe(List.of(channel), listener, () -> {});
  }

  /// The same of several channels.
  ///
  /// @param subscribed runs each time that Redis has agreed for one of them, also after the
  ///   connection was lost
  public CompletionStage<Void> subscribe(
      List<String> channels, Consumer<String> listener, Runnable subscribed) {
    var connection =
        switch (client) {
          case RedisClient one -> one.connectPubSub(StringCodec.UTF8);
          case RedisClusterClient cluster -> cluster.connectPubSub(StringCodec.UTF8);
          default -> throw new IllegalStateException("BUG: a client of no topology: " + client);
        };
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String from, String message) {
            listener.accept(message);
          }

          @Override
          public void subscribed(String channel, long count) {
            subscribed.run();
          }
        });
    return connection.async().subscribe(channels.toArray(String[]::new));
  }

  public CompletionStage<String> load(String script) {
    return route.master().thenCompose(master -> master.scriptLoad(script));
  }

  /// What the master says of itself, and in a cluster what that says, as lines of `name:value`.
  public CompletionStage<String> report() {
    return route.report();
  }

  /// Why there is no connection; null while there is one.
  public @Nullable String trouble() {
    return trouble;
  }

  /// For what need not be fast.
  public EventExecutorGroup threads() {
    return resources.eventExecutorGroup();
  }

  /// Leaves all connections, which have turned out to be of no use, and makes new ones.
  public void renew() {
    long now = System.nanoTime();
    long last = renewed.get();
    if (now - last > RENEWED_EVERY.toNanos() && renewed.compareAndSet(last, now)) {
      channels.close();
      route.refresh();
    }
  }

  @Override
  public void close() {
    listeners.clear();
    subscriptions.dispose();
    route.close();
    close(client, resources);
  }

  private static void close(AbstractRedisClient client, ClientResources resources) {
    client.shutdown(0, 2, TimeUnit.SECONDS);
    resources.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
