package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.mcp.serve.listen.Listener;
import dev.sluice.mcp.serve.listen.Listeners;

/// Asks, while a client listens, whether its key is still good; where the key may use something
/// else than before, the lists have changed for this client.
final class Good {

  private final Listeners listeners;
  private final Listener listener;
  private ToolAccess before;

  Good(Listeners listeners, Listener listener) {
    this.listeners = listeners;
    this.listener = listener;
    this.before = listener.caller().key().tools();
  }

  boolean good() {
    var access = listeners.access(listener);
    if (access.isPresent() && !access.get().equals(before)) {
      before = access.get();
      Listener.LISTS.forEach(listener::hear);
    }
    return access.isPresent();
  }
}
