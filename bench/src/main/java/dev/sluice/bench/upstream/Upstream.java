package dev.sluice.bench.upstream;

import dev.sluice.bench.http.BodySink;
import dev.sluice.bench.http.Listener;
import dev.sluice.bench.http.MessageReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;

/// A provider that reads every request to its end and answers each POST with the event stream of
/// the moment.
///
/// It asks for no credential and keeps nothing, so that its own cost on a small machine stays
/// small.
public final class Upstream implements AutoCloseable {
  private final AtomicReference<Answer> answer = new AtomicReference<>(Answer.SHORT);
  private final Listener listener = Listener.open("upstream", this::serve);

  private Upstream() {}

  /// Opens a free port on loopback.
  public static Upstream open() {
    return new Upstream();
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port());
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
    listener.close();
  }

  private void serve(SocketChannel channel) throws IOException {
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
  }
}
