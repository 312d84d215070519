package dev.sluice.bench.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads HTTP/1.1 messages, one after the other, from a blocking channel; the body goes to a sink
/// and is not kept.
public final class MessageReader {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private long filledAt;
  private long firstBodyByteAt;
  private long bodyBytes;

  /// Reads from the given channel.
  public MessageReader(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /// Reads one message to its end; the end of the stream before it is an `EOFException`.
  public Message read(BodySink sink) throws IOException {
    bodyBytes = 0;
    firstBodyByteAt = 0;
    String head = readHead();
    String fields = head.toLowerCase(Locale.ROOT);
    int length = fields.indexOf("\r\ncontent-length:");
    if (length >= 0) {
      copy(decimal(fields, length + "\r\ncontent-length:".length()), sink);
    } else if (fields.contains("\r\ntransfer-encoding: chunked")) {
      readChunks(sink);
    }
    long end = bodyBytes == 0 ? filledAt : firstBodyByteAt;
    return new Message(head.substring(0, head.indexOf("\r\n")), bodyBytes, end, filledAt);
  }

  private String readHead() throws IOException {
    int scanned = 0;
    while (true) {
      for (int i = buffer.position() + scanned; i + 4 <= buffer.limit(); i++, scanned++) {
        if (buffer.getInt(i) == 0x0d0a0d0a) {
          byte[] head = new byte[i + 4 - buffer.position()];
          buffer.get(head);
          return new String(head, StandardCharsets.ISO_8859_1);
        }
      }
      fill();
    }
  }

  private void readChunks(BodySink sink) throws IOException {
    while (true) {
      long size = readChunkSize();
      copy(size, sink);
      expect('\r');
      expect('\n');
      if (size == 0) {
        return;
      }
    }
  }

  private long readChunkSize() throws IOException {
    long size = 0;
    for (int octet = next(); octet != '\r'; octet = next()) {
      int digit = Character.digit(octet, 16);
      if (digit < 0) {
        throw new IOException("chunk size: byte " + octet + " (expected: a hexadecimal digit)");
      }
      size = size * 16 + digit;
    }
    expect('\n');
    return size;
  }

  private void copy(long bytes, BodySink sink) throws IOException {
    long left = bytes;
    while (left > 0) {
      if (!buffer.hasRemaining()) {
        fill();
      }
      if (bodyBytes == 0) {
        firstBodyByteAt = filledAt;
      }
      int now = (int) Math.min(left, buffer.remaining());
      sink.accept(buffer, buffer.position(), buffer.position() + now, filledAt);
      buffer.position(buffer.position() + now);
      bodyBytes += now;
      left -= now;
    }
  }

  private void expect(char expected) throws IOException {
    int octet = next();
    if (octet != expected) {
      throw new IOException("chunk: byte " + octet + " (expected: " + (int) expected + ")");
    }
  }

  private int next() throws IOException {
    if (!buffer.hasRemaining()) {
      fill();
    }
    return buffer.get();
  }

  private void fill() throws IOException {
    buffer.compact();
    int read = channel.read(buffer);
    filledAt = System.nanoTime();
    buffer.flip();
    if (read < 0) {
      throw new EOFException("the peer closed the connection");
    }
    if (read == 0) {
      throw new IOException("head: over " + BUFFER_BYTES + " bytes");
    }
  }

  private static long decimal(String text, int from) {
    int end = text.indexOf('\r', from);
    return Long.parseLong(text.substring(from, end).strip());
  }
}
