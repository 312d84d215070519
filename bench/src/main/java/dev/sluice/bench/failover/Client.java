package dev.sluice.bench.failover;

import dev.sluice.bench.http.BodySink;
import dev.sluice.bench.http.MessageReader;
import dev.sluice.bench.load.RequestBytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/// One connection to the gateway, on which one request after another is sent.
final class Client implements AutoCloseable {

  private final SocketChannel channel;
  private final MessageReader reader;

  /// When a request began, and the first byte of its answer's body was there.
  record Times(long beganAt, long firstByteAt) {}

  private Client(SocketChannel channel) {
    this.channel = channel;
    this.reader = new MessageReader(channel);
  }

  static Client open(InetSocketAddress gateway) throws IOException {
    var channel = SocketChannel.open(gateway);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new Client(channel);
  }

  Times ask(RequestBytes request) throws IOException {
    var bytes = request.bytes().duplicate().rewind();
    long beganAt = System.nanoTime();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    var answer = reader.read(BodySink.NOWHERE);
    if (!answer.firstLine().startsWith("HTTP/1.1 200 ")) {
      throw new IOException("answer: " + answer.firstLine() + " (expected: 200)");
    }
    return new Times(beganAt, answer.firstBodyByteAt());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
