package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A channel that carries all messages of all calls, in both directions.
public interface Duplex extends AutoCloseable {

  /// Sends a message, or gives up after that time.
  void send(Message message, Duration max) throws IOException;

  /// Waits for what comes next; an exception is the end of the channel.
  List<Message> receive() throws IOException;

  @Override
  void close();
}
