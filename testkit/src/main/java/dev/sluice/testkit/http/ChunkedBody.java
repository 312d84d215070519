package dev.sluice.testkit.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A body in chunks; every chunk is one write to the socket.
public final class ChunkedBody {

  private final Connection connection;
  private final int chunkBytesMax;
  private long bytesSent;

  ChunkedBody(Connection connection, int chunkBytesMax) {
    this.connection = connection;
    this.chunkBytesMax = chunkBytesMax;
  }

  public long bytesSent() {
    return bytesSent;
  }

  public void write(byte[] bytes) throws IOException {
    write(bytes, bytes.length);
  }

  /// Writes the first `length` bytes.
  public void write(byte[] bytes, int length) throws IOException {
    for (var from = 0; from < length; from += chunkBytesMax) {
      writeChunk(bytes, from, Math.min(chunkBytesMax, length - from));
    }
  }

  public void end() throws IOException {
    connection.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private void writeChunk(byte[] bytes, int from, int length) throws IOException {
    var chunk = new ByteArrayOutputStream(length + 16);
    chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    chunk.write(bytes, from, length);
    chunk.writeBytes(new byte[] {'\r', '\n'});
    connection.write(chunk.toByteArray());
    bytesSent += length;
  }
}
