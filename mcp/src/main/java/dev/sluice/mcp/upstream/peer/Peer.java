package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.resource.Subscriptions;
import java.time.Duration;
import java.util.Optional;

/// A server that has been reached, in the era that it speaks.
public interface Peer extends AutoCloseable {

  ServerCard card();

  CallResult call(Call call);

  /// Tells the server something that belongs to no call.
  void tell(Message.Notification notification) throws CallException;

  /// Where it has one stream for all resources that are watched; empty where each is asked for by a
  /// call of its own.
  default Optional<Subscriptions> subscriptions() {
    return Optional.empty();
  }

  /// Asks the server whether it is there.
  CallResult check(Duration max);

  /// Waits for the end of the connection; empty where it lives on.
  Optional<CallFailure> ended(Duration wait) throws InterruptedException;

  @Override
  void close();
}
