package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.node.JsonNodeFactory;

/// A channel to a server that says what a test has it say.
final class Channel implements Duplex {

  final List<Message> sent = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<List<Message>> said = new LinkedBlockingQueue<>();

  void say(Message message) {
    said.add(List.of(message));
  }

  void ask(String id) {
    var params = JsonNodeFactory.instance.objectNode();
    say(new Message.Request(RpcId.of(id), "elicitation/create", params));
  }

  boolean called(String tool) {
    return sent.stream().anyMatch(message -> isCall(message, tool));
  }

  /// Answers the call of that tool.
  void answer(String tool) {
    var call = sent.stream().filter(message -> isCall(message, tool)).findFirst().orElseThrow();
    say(new Message.Answer(((Message.Request) call).id(), JsonNodeFactory.instance.objectNode()));
  }

  private static boolean isCall(Message message, String tool) {
    return message instanceof Message.Request request
        && request.params().path("name").stringValue("").equals(tool);
  }

  boolean refused(String id) {
    return sent.stream()
        .anyMatch(
            message ->
                message instanceof Message.Failure failure
                    && failure.id().equals(Optional.of(RpcId.of(id))));
  }

  @Override
  public void send(Message message, Duration max) {
    sent.add(message);
  }

  @Override
  public List<Message> receive() throws IOException {
    try {
      var next = said.take();
      if (next.isEmpty()) {
        throw new EOFException("closed");
      }
      return next;
    } catch (InterruptedException _) {
      throw new InterruptedIOException();
    }
  }

  @Override
  public void close() {
    said.add(List.of());
  }
}
