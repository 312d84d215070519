package dev.sluice.bench.failover;

import dev.sluice.bench.http.BodySink;
import dev.sluice.bench.http.Listener;
import dev.sluice.bench.http.MessageReader;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A provider that answers at once, or fails at once, and knows when it had the request and when it
/// told the answer. One request at a time.
final class Provider implements AutoCloseable {

  private static final String ERROR =
      "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"It fails.\"}}";

  private final byte[] answer;
  private final Listener listener;
  private volatile Failure failure = new Failure.None();
  private volatile long readAt;
  private volatile long toldAt;

  private Provider(String answer) {
    this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
    this.listener = Listener.open("provider", this::serve);
  }

  /// @param events of its answer, a stream
  static Provider open(String events) {
    return new Provider(message(200, "text/event-stream", events));
  }

  private static String message(int status, String type, String body) {
    return "HTTP/1.1 %d Status\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(status, type, body.length(), body);
  }

  int port() {
    return listener.port();
  }

  /// From the next request on.
  void failWith(Failure next) {
    failure = next;
  }

  /// When the last answer or failure was about to be sent, on the clock of `System.nanoTime`.
  long toldAt() {
    return toldAt;
  }

  /// When it had read the last request.
  long readAt() {
    return readAt;
  }

  @Override
  public void close() {
    listener.close();
  }

  private void serve(SocketChannel channel) throws IOException {
    var reader = new MessageReader(channel);
    while (channel.isOpen()) {
      readAt = reader.read(BodySink.NOWHERE).lastByteAt();
      tell(channel);
    }
  }

  private void tell(SocketChannel channel) throws IOException {
    toldAt = System.nanoTime();
    switch (failure) {
      case Failure.None _, Failure.NoConnection _ -> send(channel, answer);
      case Failure.Status(var status) ->
          send(
              channel,
              message(status, "application/json", ERROR).getBytes(StandardCharsets.ISO_8859_1));
      case Failure.HangUp(var reset) -> {
        if (reset) {
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        channel.close();
      }
      case Failure.Silence _ -> {
        // The gateway ends the connection.
      }
    }
  }

  private static void send(SocketChannel channel, byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
