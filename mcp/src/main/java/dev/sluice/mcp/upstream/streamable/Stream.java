package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The messages in a stream of events, and where it can be taken up again.
final class Stream {

  /// What else an event of a stream can take, beside the message in it.
  private static final int ENVELOPE_BYTES_MAX = 16 * 1024;

  private final MessageCodec codec;
  private @Nullable String lastId;
  private @Nullable Duration retry;

  Stream(MessageCodec codec) {
    this.codec = codec;
  }

  /// Hands every message to the reader until it wants no more: true. False at the end.
  boolean read(InputStream in, Reader reader) throws IOException {
    var events = new SseReader(in, codec.limits().messageBytesMax() + ENVELOPE_BYTES_MAX);
    for (var event = events.next(); event.isPresent(); event = events.next()) {
      event.get().id().ifPresent(id -> lastId = id.isEmpty() ? null : id);
      event.get().retry().ifPresent(wait -> retry = wait);
      if (!event.get().data().isEmpty() && reader.read(messages(event.get().data()))) {
        return true;
      }
    }
    return false;
  }

  private List<Message> messages(String data) throws MalformedMessageException {
    return codec.readAll(data.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  Optional<String> lastId() {
    return Optional.ofNullable(lastId);
  }

  Optional<Duration> retry() {
    return Optional.ofNullable(retry);
  }

  /// Takes messages; true when it has what it wants.
  interface Reader {
    boolean read(List<Message> messages);
  }
}
