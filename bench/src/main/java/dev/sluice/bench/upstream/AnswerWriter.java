package dev.sluice.bench.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Writes answers to one connection from bytes that are made once.
final class AnswerWriter {
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final byte[] NOT_FOUND =
      "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final SocketChannel channel;
  private final ByteBuffer shortAnswer = direct(EventStream.whole(Answer.SHORT));
  private final ByteBuffer opening = direct(EventStream.opening());
  private final ByteBuffer delta = direct(EventStream.delta());
  private final ByteBuffer stamped = direct(EventStream.stamped());
  private final int stampAt =
      new String(EventStream.stamped(), StandardCharsets.ISO_8859_1).indexOf(EventStream.STAMP) + 1;
  private final ByteBuffer burstClosing = direct(EventStream.closing(Answer.BURST));
  private final ByteBuffer pacedClosing = direct(EventStream.closing(Answer.PACED));

  AnswerWriter(SocketChannel channel) {
    this.channel = channel;
  }

  void write(Answer answer) throws IOException {
    switch (answer) {
      case SHORT -> send(shortAnswer);
      case BURST -> writeBurst();
      case PACED -> writePaced();
    }
  }

  void writeNotFound() throws IOException {
    send(direct(NOT_FOUND));
  }

  private void writeBurst() throws IOException {
    send(opening);
    for (int i = 0; i < Answer.BURST.deltas(); i++) {
      send(delta);
    }
    send(burstClosing);
  }

  private void writePaced() throws IOException {
    send(opening);
    long due = System.nanoTime();
    for (int i = 0; i < Answer.PACED.deltas(); i++) {
      due += PACE_NANOS;
      sleepUntil(due);
      stamp(System.nanoTime());
      send(stamped);
    }
    send(pacedClosing);
  }

  private static void sleepUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void stamp(long time) {
    long rest = time;
    for (int i = EventStream.STAMP_DIGITS - 1; i >= 0; i--) {
      stamped.put(stampAt + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  private void send(ByteBuffer bytes) throws IOException {
    bytes.rewind();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
