package dev.sluice.bench.upstream;

import dev.sluice.bench.http.BodySink;
import dev.sluice.bench.http.MessageReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;

/// A provider that reads every request to its end and answers each POST with the event stream of
/// the moment.
///
/// It asks for no credential and keeps nothing, so that its own cost on a small machine stays
/// small.
public final class Upstream implements AutoCloseable {
  private final ServerSocketChannel server;
  private final AtomicReference<Answer> answer = new AtomicReference<>(Answer.SHORT);

  private Upstream(ServerSocketChannel server) {
    this.server = server;
  }

  /// Opens a free port on loopback.
  public static Upstream open() {
    try {
      var server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
      var upstream = new Upstream(server);
      Thread.ofPlatform().daemon().name("upstream").start(upstream::accept);
      return upstream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.socket().getLocalPort());
  }

  /// The answer to every request that is read from now on.
  public void answerWith(Answer next) {
    answer.set(next);
  }

  /// The length of the body that a client must get.
  public static long bodyBytes(Answer answer) {
    return EventStream.bodyBytes(answer);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel channel = server.accept();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.ofPlatform().daemon().name("upstream-connection").start(() -> serve(channel));
      } catch (AsynchronousCloseException _) {
        return; // closed by close()
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var reader = new MessageReader(channel);
      var writer = new AnswerWriter(channel);
      while (true) {
        var request = reader.read(BodySink.NOWHERE);
        if (request.firstLine().startsWith("POST ")) {
          writer.write(answer.get());
        } else {
          writer.writeNotFound();
        }
      }
    } catch (EOFException | ClosedChannelException _) {
      return; // the client is done with this connection
    } catch (IOException e) {
      System.err.println("upstream: " + e);
    }
  }
}
