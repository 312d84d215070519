package dev.sluice.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final String TWO_MESSAGES =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5\r\nhello\r\nB\r\n, the world\r\n0\r\n\r\n"
          + "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";

  @Test
  void reads_messages_one_after_the_other_however_they_arrive() throws IOException {
    for (int step = 1; step <= TWO_MESSAGES.length(); step++) {
      var reader = new MessageReader(channel(TWO_MESSAGES, step));
      var body = new StringBuilder();
      var first = reader.read((buffer, from, to, at) -> append(body, buffer, from, to));
      var second = reader.read((buffer, from, to, at) -> append(body, buffer, from, to));
      assertThat(first.firstLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(first.bodyBytes()).isEqualTo(16);
      assertThat(first.lastByteAt()).isGreaterThanOrEqualTo(first.firstBodyByteAt());
      assertThat(second.firstLine()).isEqualTo("POST / HTTP/1.1");
      assertThat(body).hasToString("hello, the worldabc");
    }
  }

  @Test
  void ends_with_the_stream() {
    var reader = new MessageReader(channel("HTTP/1.1 200 OK\r\n", 4));
    assertThatThrownBy(() -> reader.read(BodySink.NOWHERE)).isInstanceOf(EOFException.class);
  }

  @Test
  void refuses_a_chunk_without_a_size() {
    var text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello";
    var reader = new MessageReader(channel(text, 100));
    assertThatThrownBy(() -> reader.read(BodySink.NOWHERE)).hasMessageContaining("hexadecimal");
  }

  private static void append(StringBuilder body, ByteBuffer buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      body.append((char) buffer.get(i));
    }
  }

  private static ReadableByteChannel channel(String text, int step) {
    var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer target) {
        if (!bytes.hasRemaining()) {
          return -1;
        }
        int now = Math.min(step, bytes.remaining());
        target.put(bytes.slice(bytes.position(), now));
        bytes.position(bytes.position() + now);
        return now;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {
        bytes.position(bytes.limit());
      }
    };
  }
}
