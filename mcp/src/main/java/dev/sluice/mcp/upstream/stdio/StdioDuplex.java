package dev.sluice.mcp.upstream.stdio;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.peer.Dispatch;
import dev.sluice.mcp.upstream.peer.Duplex;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The input and the output of a program, one message on each line.
final class StdioDuplex implements Duplex {

  private static final int UNWRITTEN_MESSAGES_MAX = 32;

  /// What a program has started is looked for so often; what it leaves behind when it is killed by
  /// somebody else can be found only by that.
  private static final Duration COUNT_EVERY = Duration.ofSeconds(2);

  private final Program program;
  private final MessageCodec codec;
  private final Dispatch dispatch;
  private final Duration stopMax;
  private final Lines lines;
  private final BlockingQueue<byte[]> unwritten = new ArrayBlockingQueue<>(UNWRITTEN_MESSAGES_MAX);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread writer;

  StdioDuplex(Program program, MessageCodec codec, Dispatch dispatch, Duration stopMax) {
    this.program = program;
    this.codec = codec;
    this.dispatch = dispatch;
    this.stopMax = stopMax;
    this.lines = new Lines(program.out(), codec.limits().messageBytesMax());
    // A program that does not read stops this thread, and no caller.
    this.writer = Thread.ofVirtual().name("mcp-program-in").start(this::writeAll);
    Thread.ofVirtual().name("mcp-program-family").start(this::countAll);
  }

  private void countAll() {
    try {
      while (!closed.get() && program.alive()) {
        program.count();
        // Nobody tells of a descendant, and one whose parent has ended is found no more.
        Thread.sleep(COUNT_EVERY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void send(Message message, Duration max) throws IOException {
    var line = codec.write(message);
    var bytes = Arrays.copyOf(line, line.length + 1);
    bytes[line.length] = '\n';
    try {
      if (closed.get() || !unwritten.offer(bytes, max.toNanos(), TimeUnit.NANOSECONDS)) {
        throw CallException.of(
            Reason.UNREACHABLE, Effect.NEVER_RUN, "the program does not read what it is asked");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void writeAll() {
    try {
      while (!closed.get()) {
        var out = program.in();
        out.write(unwritten.take());
        out.flush();
      }
    } catch (IOException _) {
      // The reader sees the end as well, and tells it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Message> receive() throws IOException {
    while (true) {
      var line = lines.next();
      if (line.isEmpty()) {
        throw ended();
      }
      switch (line.get()) {
        case Lines.TooLong(var id) -> tooLong(id);
        case Lines.Whole(var bytes) -> {
          if (bytes.length == 0 || (bytes.length == 1 && bytes[0] == '\r')) {
            continue;
          }
          try {
            return codec.readAll(bytes);
          } catch (MalformedMessageException _) {
            // Programs print what they should not; the answer can still come.
            dispatch.malformed();
          }
        }
      }
    }
  }

  private void tooLong(java.util.Optional<dev.sluice.mcp.rpc.RpcId> id) {
    var max = codec.limits().messageBytesMax();
    id.ifPresentOrElse(
        known ->
            dispatch.tooLarge(
                known, "messageBytes: over %d (expected: at most that)".formatted(max)),
        dispatch::malformed);
  }

  private CallException ended() {
    try {
      return CallException.of(Reason.CUT, Effect.MAY_HAVE_RUN, program.ending());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return CallException.of(Reason.CUT, Effect.MAY_HAVE_RUN, "interrupted");
    }
  }

  /// Stops the program in the background: it gets its time to end by itself.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      writer.interrupt();
      Thread.ofVirtual().name("mcp-program-stop").start(() -> program.stop(stopMax));
    }
  }
}
