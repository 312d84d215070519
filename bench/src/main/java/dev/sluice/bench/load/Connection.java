package dev.sluice.bench.load;

import dev.sluice.bench.http.BodySink;
import dev.sluice.bench.http.Message;
import dev.sluice.bench.http.MessageReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One keep-alive connection that sends a request and reads its answer, again and again.
final class Connection implements AutoCloseable {
  private final SocketChannel channel;
  private final MessageReader reader;

  private Connection(SocketChannel channel) {
    this.channel = channel;
    this.reader = new MessageReader(channel);
  }

  static Connection open(InetSocketAddress address) throws IOException {
    var channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new Connection(channel);
  }

  Message exchange(ByteBuffer request, long bodyBytes, BodySink sink) throws IOException {
    request.rewind();
    while (request.hasRemaining()) {
      channel.write(request);
    }
    Message answer = reader.read(sink);
    if (!answer.firstLine().startsWith("HTTP/1.1 200 ") || answer.bodyBytes() != bodyBytes) {
      throw new IOException(
          "answer: %s, %d bytes (expected: 200, %d bytes)"
              .formatted(answer.firstLine(), answer.bodyBytes(), bodyBytes));
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
