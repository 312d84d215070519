package dev.sluice.bench.load;

import dev.sluice.bench.http.BodySink;
import dev.sluice.bench.http.Message;
import dev.sluice.bench.upstream.Answer;
import dev.sluice.bench.upstream.StampReader;
import dev.sluice.bench.upstream.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A fixed number of equal requests over a number of connections, each on a thread of its own.
public record Load(RequestBytes request, Answer answer, int connections, int requestsEach) {
  private static final long LOAD_SECONDS_MAX = 300;

  /// The same request, over so many connections and so often on each.
  public Load times(int newConnections, int newRequestsEach) {
    return new Load(request, answer, newConnections, newRequestsEach);
  }

  /// Sends all requests and waits for all answers; any wrong answer is a failure.
  public Timings run(InetSocketAddress address) {
    var open = new ArrayList<Connection>();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var results = new ArrayList<Future<Timings>>();
      try {
        for (int i = 0; i < connections; i++) {
          open.add(Connection.open(address));
        }
        for (Connection connection : open) {
          results.add(threads.submit(() -> runOn(connection)));
        }
        return collect(results);
      } finally {
        for (Connection connection : open) {
          connection.close();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("load on " + address + " failed", e);
    }
  }

  private Timings runOn(Connection connection) throws IOException {
    var bytes = request.bytes().duplicate();
    var stamps = new StampReader(answer == Answer.PACED ? requestsEach * answer.deltas() : 0);
    BodySink sink = answer == Answer.PACED ? stamps : BodySink.NOWHERE;
    long bodyBytes = Upstream.bodyBytes(answer);
    long[] firstByte = new long[requestsEach];
    long[] all = new long[requestsEach];
    for (int i = 0; i < requestsEach; i++) {
      long start = System.nanoTime();
      Message message = connection.exchange(bytes, bodyBytes, sink);
      firstByte[i] = message.firstBodyByteAt() - start;
      all[i] = message.lastByteAt() - start;
    }
    return new Timings(firstByte, all, stamps.delays());
  }

  private static Timings collect(List<Future<Timings>> results) {
    var timings = new ArrayList<Timings>();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS_MAX);
    for (var result : results) {
      try {
        timings.add(result.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException("load failed: " + e, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("load interrupted", e);
      }
    }
    return new Timings(
        sorted(timings.stream().map(Timings::firstByte).toList()),
        sorted(timings.stream().map(Timings::all).toList()),
        sorted(timings.stream().map(Timings::eventDelay).toList()));
  }

  private static long[] sorted(List<long[]> parts) {
    return parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
  }
}
