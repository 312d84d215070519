package dev.sluice.testkit.http;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection: a thread that reads at all times, and so notices at once when the peer leaves,
/// and a thread that answers one request after the other.
final class Connection {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int PIPELINED_REQUESTS_MAX = 1;

  private sealed interface Incoming {}

  private record Complete(HttpRequest request) implements Incoming {}

  private record Malformed(MalformedException problem) implements Incoming {}

  private record Closed() implements Incoming {}

  private final Socket socket;
  private final HttpLimits limits;
  private final HttpHandler handler;
  private final BlockingQueue<Incoming> incoming = new ArrayBlockingQueue<>(PIPELINED_REQUESTS_MAX);
  private final CountDownLatch left = new CountDownLatch(1);
  private volatile boolean ending;

  Connection(Socket socket, HttpLimits limits, HttpHandler handler) {
    this.socket = socket;
    this.limits = limits;
    this.handler = handler;
  }

  /// Serves the connection until one side closes it.
  void serve() throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(limits.silenceMax().toMillis()));
    var reader = Thread.ofVirtual().name("simulator-read").start(this::read);
    try (socket) {
      answerAll();
    } finally {
      reader.interrupt();
    }
  }

  void close() throws IOException {
    socket.close();
  }

  /// Closes it at once where no request is being answered.
  void endAfterAnswer() {
    // Where a next request has come already, it is answered too, and the last one.
    ending = true;
    var _ = incoming.offer(new Closed());
  }

  boolean peerLeft(Duration wait) {
    try {
      return left.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Closes our side, and waits a moment for the peer's so that nothing sent is lost.
  void finish() throws IOException {
    socket.shutdownOutput();
    peerLeft(limits.closingMax());
    socket.close();
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void answerAll() throws IOException, InterruptedException {
    while (!socket.isClosed()) {
      switch (incoming.take()) {
        case Complete(var request) -> {
          handler.handle(new HttpExchange(request, this));
          if (request.asksToClose() && !socket.isClosed()) {
            finish();
          } else if (ending && incoming.isEmpty()) {
            socket.close();
          }
        }
        case Malformed(var problem) -> {
          handler.refuse(new HttpExchange(UNREADABLE, this), problem);
          finish();
        }
        case Closed() -> socket.close();
      }
    }
  }

  private static final HttpRequest UNREADABLE =
      new HttpRequest("", "", List.of(new Header("connection", "close")), new byte[0]);

  private void read() {
    try {
      readRequests();
      left.countDown();
      incoming.put(new Closed());
    } catch (InterruptedException _) {
      // The answering side has ended, and with it the connection.
      Thread.currentThread().interrupt();
    }
  }

  private void readRequests() throws InterruptedException {
    try {
      var reader = new RequestReader(socket.getInputStream(), socket.getOutputStream(), limits);
      readRequests(reader);
    } catch (IOException e) {
      // A broken connection and a closed one are the same to us: the peer left.
      LOG.debug("connection broke: {}", e.toString());
    }
  }

  private void readRequests(RequestReader reader) throws IOException, InterruptedException {
    try {
      for (var request = reader.next(); request != null; request = reader.next()) {
        incoming.put(new Complete(request));
      }
    } catch (MalformedException e) {
      incoming.put(new Malformed(e));
      reader.drain();
    }
  }
}
