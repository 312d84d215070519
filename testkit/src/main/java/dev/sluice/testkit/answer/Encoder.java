package dev.sluice.testkit.answer;

import dev.sluice.testkit.script.Coding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/// The content coding of one body; what goes in comes out at once.
public final class Encoder implements AutoCloseable {

  private static final int BUFFER_BYTES = 8 * 1024;

  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
  private final OutputStream coding;

  public Encoder(Coding kind) {
    this.coding = open(kind);
  }

  private OutputStream open(Coding kind) {
    try {
      return switch (kind) {
        case IDENTITY -> encoded;
        case GZIP -> new GZIPOutputStream(encoded, BUFFER_BYTES, /* syncFlush= */ true);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] encode(byte[] bytes) {
    try {
      coding.write(bytes);
      coding.flush();
      return taken();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the coding writes at its end.
  public byte[] end() {
    close();
    return taken();
  }

  @Override
  public void close() {
    try {
      coding.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] taken() {
    var bytes = encoded.toByteArray();
    encoded.reset();
    return bytes;
  }
}
