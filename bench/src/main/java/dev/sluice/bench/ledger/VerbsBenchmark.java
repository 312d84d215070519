package dev.sluice.bench.ledger;

import dev.sluice.core.budget.Period;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.standalone.socket.EventLoops;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What the verbs cost the JVM, 64 calls at once; not final, since JMH makes a class of it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class VerbsBenchmark {

  static final int AT_ONCE = 64;

  /// Where Redis is: the runner says.
  @Param("")
  public String redis = "";

  private final SixLevels levels = SixLevels.of("jmh", Period.YEAR);
  private @Nullable EventLoops loops;
  private @Nullable RedisLedger ledger;

  /// Connects.
  @Setup
  public void connect() {
    loops = EventLoops.start(1);
    ledger = OwnRedis.connect(URI.create(redis), loops);
  }

  /// Disconnects.
  @TearDown
  public void close() {
    Objects.requireNonNull(ledger).close();
    Objects.requireNonNull(loops).close();
  }

  private Verbs verbs() {
    return new Verbs(Objects.requireNonNull(ledger));
  }

  /// A hold that stays open.
  @Benchmark
  @OperationsPerInvocation(AT_ONCE)
  public void reserve() {
    Verbs.all(AT_ONCE, AT_ONCE, _ -> verbs().reserve(levels));
  }

  /// A hold and its end.
  @Benchmark
  @OperationsPerInvocation(AT_ONCE)
  public void reserveAndSettle() {
    Verbs.all(AT_ONCE, AT_ONCE, _ -> verbs().pair(levels));
  }
}
