package dev.sluice.standalone.socket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// Short questions to a server that closes the connection after its answer.
public final class UnixSocket {

  private static final int ANSWER_BYTES_MAX = 8 << 20;

  private UnixSocket() {}

  /// All bytes of the answer, one character each.
  ///
  /// @throws IOException also where there is no whole answer within `patience`
  public static String ask(Path socket, String question, Duration patience) throws IOException {
    var deadline = System.nanoTime() + patience.toNanos();
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        var selector = Selector.open()) {
      channel.write(ByteBuffer.wrap(question.getBytes(StandardCharsets.US_ASCII)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      var answer = new ByteArrayOutputStream();
      var buffer = ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        awaitMore(selector, deadline, answer.size(), socket);
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static void awaitMore(Selector selector, long deadline, int size, Path socket)
      throws IOException {
    var left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0 || size > ANSWER_BYTES_MAX) {
      throw new SocketTimeoutException(socket + " did not answer in time");
    }
    selector.select(left);
    selector.selectedKeys().clear();
  }
}
