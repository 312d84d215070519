package dev.sluice.mcp.upstream.call;

import dev.sluice.mcp.rpc.Message;

/// Hears what a server tells that belongs to no call: that a list changed, that a resource did, and
/// that the server is there again, with lists that may be others.
public interface ServerListener {

  /// Hears nothing.
  ServerListener SILENT =
      new ServerListener() {
        @Override
        public void heard(Message.Notification notification) {}

        @Override
        public void connected(ServerCard card) {}
      };

  void heard(Message.Notification notification);

  /// Called each time that a connection was made.
  void connected(ServerCard card);
}
