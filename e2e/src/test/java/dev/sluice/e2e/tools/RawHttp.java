package dev.sluice.e2e.tools;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A connection on which a test writes what it likes.
final class RawHttp implements AutoCloseable {

  private static final int ANSWER_BYTES_MAX = 1 << 20;
  private static final long ANSWER_SECONDS_MAX = 90;

  private final SocketChannel channel;

  private RawHttp(SocketChannel channel) {
    this.channel = channel;
  }

  static RawHttp to(URI gateway) throws IOException {
    return opened(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
  }

  static RawHttp to(Path socket) throws IOException {
    return opened(UnixDomainSocketAddress.of(socket));
  }

  private static RawHttp opened(SocketAddress address) throws IOException {
    var channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    channel.connect(address);
    return new RawHttp(channel);
  }

  RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawHttp send(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return this;
  }

  /// Sends until all is sent, or the other side wants no more.
  ///
  /// @return how many pieces it took
  int flood(byte[] piece, int times) {
    for (int i = 0; i < times; i++) {
      try {
        send(piece);
      } catch (IOException _) {
        return i;
      }
    }
    return times;
  }

  /// All that comes until the other side closes the connection.
  String toEnd() throws Exception {
    return within(new FutureTask<>(() -> read("\0")));
  }

  /// What comes up to a text, and with it; less where the connection ends before.
  String upTo(String text) throws Exception {
    return within(new FutureTask<>(() -> read(text)));
  }

  private static String within(FutureTask<String> read) throws Exception {
    Thread.ofVirtual().start(read);
    try {
      return read.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the connection stays open", e);
    }
  }

  private String read(String upTo) {
    var all = new StringBuilder();
    try {
      InputStream in = Channels.newInputStream(channel);
      for (int b = in.read(); b >= 0 && all.length() < ANSWER_BYTES_MAX; b = in.read()) {
        all.append((char) b);
        if (b == upTo.charAt(upTo.length() - 1) && all.toString().endsWith(upTo)) {
          break;
        }
      }
    } catch (IOException _) {
      // It was cut off, which is an end too.
    }
    return all.toString();
  }

  /// The status of an answer; 0 where there was none.
  static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
