package dev.sluice.bench.ledger;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What Redis says of itself.
public final class RedisFigures implements AutoCloseable {

  private static final int SLOWLOG_LENGTH = 10_000;

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  public RedisFigures(URI uri) {
    client = RedisClient.create(uri.toString());
    connection = client.connect();
  }

  /// One call, as Redis timed it.
  public record Call(List<String> words, long micros) {
    public Call {
      words = List.copyOf(words);
    }

    /// A verb of the ledger; what a script does within is told as calls too.
    public boolean isScript() {
      return words.getFirst().equalsIgnoreCase("evalsha");
    }
  }

  /// The time for which scripts kept Redis from everything else.
  ///
  /// @param calls how many
  record ScriptTime(long calls, double mean, double p50, double p99) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "p50 %.0f us, p99 %.0f us, mean %.1f us (%,d calls)", p50, p99, mean, calls);
    }
  }

  /// Forgets the times of all calls so far.
  void forgetTimes() {
    connection.sync().configResetstat();
  }

  ScriptTime scriptTime() {
    return new ScriptTime(
        (long) number("commandstats", "cmdstat_evalsha", "calls"),
        number("commandstats", "cmdstat_evalsha", "usec_per_call"),
        number("latencystats", "latency_percentiles_usec_evalsha", "p50"),
        number("latencystats", "latency_percentiles_usec_evalsha", "p99"));
  }

  /// All CPU time of the process: reading, the script, the log, the answer.
  double cpuSeconds() {
    return value("cpu", "used_cpu_user") + value("cpu", "used_cpu_sys");
  }

  long usedBytes() {
    return (long) value("memory", "used_memory");
  }

  /// Valkey tells an old version of Redis too, for the sake of its clients.
  String version() {
    var version =
        line("server", "valkey_version")
            .map(valkey -> "Valkey " + valkey)
            .orElseGet(() -> "Redis " + text("server", "redis_version"));
    // A third of a script's time can be the allocator's.
    return version + " with " + text("memory", "mem_allocator");
  }

  /// From now on [#calls] tells every call.
  public void watchCalls() {
    connection.sync().configSet("slowlog-max-len", Integer.toString(SLOWLOG_LENGTH));
    connection.sync().configSet("slowlog-log-slower-than", "0");
    connection.sync().slowlogReset();
  }

  /// The calls since [#watchCalls], oldest first.
  public List<Call> calls() {
    return connection.sync().slowlogGet(SLOWLOG_LENGTH).stream()
        .map(RedisFigures::call)
        .toList()
        .reversed();
  }

  private static Call call(Object entry) {
    var fields = (List<?>) entry;
    var words = ((List<?>) fields.get(3)).stream().map(Object::toString).toList();
    return new Call(words, ((Number) fields.get(2)).longValue());
  }

  /// A field of a line such as `cmdstat_evalsha:calls=1,usec=2`.
  private double number(String section, String line, String field) {
    for (var pair : text(section, line).split(",", -1)) {
      if (pair.startsWith(field + "=")) {
        return Double.parseDouble(pair.substring(field.length() + 1));
      }
    }
    throw new IllegalStateException("redis tells no " + field + " of " + line);
  }

  private double value(String section, String line) {
    return Double.parseDouble(text(section, line));
  }

  private String text(String section, String line) {
    return line(section, line)
        .orElseThrow(() -> new IllegalStateException("redis tells no " + line));
  }

  private Optional<String> line(String section, String line) {
    return connection
        .sync()
        .info(section)
        .lines()
        .filter(each -> each.startsWith(line + ":"))
        .map(each -> each.substring(line.length() + 1).strip())
        .findFirst();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
