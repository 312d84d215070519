package dev.sluice.mcp.upstream.stdio;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A program that a tool host runs for this process: a connection is its life.
final class HostedProgram implements Program {

  private static final Duration STARTED_WITHIN = Duration.ofSeconds(10);

  private final SocketChannel channel;
  private final InputStream out;
  private final OutputStream in;

  private HostedProgram(SocketChannel channel) {
    this.channel = channel;
    this.out = Channels.newInputStream(channel);
    this.in = Channels.newOutputStream(channel);
  }

  /// @param closing when it is not wanted any more, while the host has not said that it runs
  static HostedProgram start(Path socket, Command command, Cancellation closing)
      throws CallException {
    try {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try (var _ = closing.onCancel(() -> close(channel))) {
        return new HostedProgram(started(channel, socket, command));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (CallException e) {
      throw e;
    } catch (IOException _) {
      throw unreachable(command, "the tool host does not answer");
    }
  }

  private static SocketChannel started(SocketChannel channel, Path socket, Command command)
      throws IOException, CallException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    var begun = new CountDownLatch(1);
    Timeout.closing(channel, begun, STARTED_WITHIN);
    Channels.newOutputStream(channel).write(HostWords.asked(command));
    var refusal = HostWords.readAnswer(Channels.newInputStream(channel));
    begun.countDown();
    if (!refusal.isEmpty()) {
      throw unreachable(command, refusal);
    }
    return channel;
  }

  private static CallException unreachable(Command command, String why) {
    return CallException.of(Reason.UNREACHABLE, Effect.NEVER_RUN, command.name() + ": " + why);
  }

  /// Closes what has not begun in time.
  static final class Timeout {
    private Timeout() {}

    static void closing(SocketChannel channel, CountDownLatch begun, Duration max) {
      Thread.ofVirtual()
          .name("tool-host-timeout")
          .start(
              () -> {
                try {
                  if (!begun.await(max.toMillis(), TimeUnit.MILLISECONDS)) {
                    channel.close();
                  }
                } catch (IOException _) {
                  // It is closed.
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  @Override
  public InputStream out() {
    return out;
  }

  /// The tool host keeps what the program says there to itself.
  @Override
  public InputStream err() {
    return InputStream.nullInputStream();
  }

  @Override
  public OutputStream in() {
    return in;
  }

  @Override
  public boolean alive() {
    return channel.isOpen();
  }

  @Override
  public String ending() {
    return "the program ended";
  }

  /// The tool host does it.
  @Override
  public void count() {}

  /// The tool host sees the end, and stops the program as a gateway would.
  @Override
  public void stop(Duration wait) {
    close(channel);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is closed.
    }
  }
}
