package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One connection for all callers. What they send within one turn of the event loop leaves in one
/// write.
///
/// It reconnects by itself. Calls that Redis has not answered by then are sent again, also those
/// whose caller has given up: every verb is idempotent, and [LateEnds] come after them.
final class RedisConnection implements AutoCloseable {

  /// Calls without an answer so far, given up or not; beyond it new ones fail at once.
  private static final int CALLS_OPEN_MAX = 10_000;

  /// Commands that wait for each other before they leave.
  private static final int FLUSHES_MAX = 256;

  private static final StringCodec BYTES = new StringCodec(StandardCharsets.ISO_8859_1);

  private static final Duration RECONNECT_DELAY_MAX = Duration.ofMillis(500);

  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisAsyncCommands<String, String> commands;
  private final byte[] prefix;
  private final Deadlines deadlines;
  private final Semaphore room = new Semaphore(CALLS_OPEN_MAX);

  private RedisConnection(
      ClientResources resources,
      RedisClient client,
      StatefulRedisConnection<String, String> connection,
      RedisConfig config) {
    this.resources = resources;
    this.client = client;
    this.connection = connection;
    this.commands = connection.async();
    this.prefix = bytes(config.prefix());
    this.deadlines = new Deadlines(config.timeout(), resources.eventExecutorGroup());
  }

  static RedisConnection open(RedisConfig config) {
    var uri = config.uri();
    var resources = resources(config);
    var client = RedisClient.create(resources, uri);
    client.setOptions(options(config.timeout()));
    try {
      return new RedisConnection(resources, client, client.connect(), config);
    } catch (RedisException e) {
      close(client, resources);
      throw new LedgerUnavailableException(
          "redis: cannot connect to " + config.place() + ": " + reason(e), e);
    }
  }

  /// The last cause: those before it only say that there was no connection.
  private static String reason(Throwable failure) {
    var last = failure;
    while (last.getCause() != null && !(last instanceof UnknownHostException)) {
      last = last.getCause();
    }
    return last instanceof UnknownHostException ? "unknown host" : "" + last.getMessage();
  }

  private static ClientResources resources(RedisConfig config) {
    var resources =
        DefaultClientResources.builder()
            .reconnectDelay(
                Delay.exponential(
                    Duration.ofMillis(1), RECONNECT_DELAY_MAX, 2, TimeUnit.MILLISECONDS))
            .nettyCustomizer(new OneWriteATurn());
    return config.eventLoops() == null
        ? resources.ioThreadPoolSize(1).computationThreadPoolSize(2).build()
        : resources
            .eventLoopGroupProvider(new SharedEventLoops(config.eventLoops()))
            .computationThreadPoolSize(2)
            .build();
  }

  private static ClientOptions options(Duration timeout) {
    return ClientOptions.builder()
        .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
        .build();
  }

  private static final class OneWriteATurn implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      channel.pipeline().addFirst(new FlushConsolidationHandler(FLUSHES_MAX, true));
    }
  }

  /// Runs a script in one atomic step. The answer comes on the event loop, and does not fail but
  /// with [LedgerUnavailableException].
  CompletableFuture<List<Object>> run(Script script, String... arguments) {
    return run(script, StringCodec.UTF8, arguments);
  }

  /// The same where the answer has packed parts: a character of it is a byte.
  CompletableFuture<List<Object>> runPacked(Script script, String... arguments) {
    return run(script, BYTES, arguments);
  }

  private CompletableFuture<List<Object>> run(
      Script script, StringCodec codec, String... arguments) {
    var answer = new CompletableFuture<List<Object>>();
    deadlines.add(answer);
    send(
        () -> dispatch(CommandType.EVALSHA, script.digest(), codec, arguments),
        (reply, failure) -> {
          if (failure instanceof RedisNoScriptException) {
            runWhole(script, codec, arguments, answer);
          } else {
            complete(answer, reply, failure);
          }
        });
    return answer;
  }

  /// Redis has restarted or was told to forget its scripts; EVAL makes it remember this one.
  private void runWhole(
      Script script,
      StringCodec codec,
      String[] arguments,
      CompletableFuture<List<Object>> answer) {
    send(
        () -> dispatch(CommandType.EVAL, script.source(), codec, arguments),
        (reply, failure) -> complete(answer, reply, failure));
  }

  /// Lettuce's own way takes a buffer for each argument.
  private RedisFuture<List<Object>> dispatch(
      CommandType type, String script, StringCodec codec, String[] arguments) {
    var all = new CommandArgs<>(StringCodec.UTF8).add(bytes(script)).add(1).add(prefix);
    for (var argument : arguments) {
      all.add(bytes(argument));
    }
    return commands.dispatch(type, new NestedMultiOutput<>(codec), all);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void load(Script script) {
    ask(() -> commands.scriptLoad(script.source()));
  }

  /// One section of Redis' report on itself, as lines of `name:value`.
  String info(String section) {
    return ask(() -> commands.info(section));
  }

  private <T> T ask(Supplier<RedisFuture<T>> call) {
    var answer = new CompletableFuture<T>();
    deadlines.add(answer);
    send(call, (reply, failure) -> complete(answer, reply, failure));
    return await(answer);
  }

  /// Blocks until the answer is there, or the call was given up.
  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("BUG: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("redis: interrupted", e);
    }
  }

  private <T> void send(
      Supplier<RedisFuture<T>> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
    if (!room.tryAcquire()) {
      then.accept(null, new RedisException(CALLS_OPEN_MAX + " calls wait for an answer already"));
      return;
    }
    try {
      call.get()
          .whenComplete(
              (reply, failure) -> {
                room.release();
                then.accept(reply, failure);
              });
    } catch (RedisException e) {
      room.release();
      then.accept(null, e);
    }
  }

  private static <T> void complete(
      CompletableFuture<T> answer, @Nullable T reply, @Nullable Throwable failure) {
    if (failure == null && reply != null) {
      answer.complete(reply);
    } else {
      answer.completeExceptionally(failed(failure));
    }
  }

  private static LedgerUnavailableException failed(@Nullable Throwable cause) {
    var reason = cause == null ? "unknown" : cause.getMessage();
    return new LedgerUnavailableException("redis: " + reason, cause);
  }

  @Override
  public void close() {
    deadlines.close();
    connection.close();
    close(client, resources);
  }

  private static void close(RedisClient client, ClientResources resources) {
    client.shutdown(0, 2, TimeUnit.SECONDS);
    resources.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
