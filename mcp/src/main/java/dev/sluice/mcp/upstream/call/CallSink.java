package dev.sluice.mcp.upstream.call;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;

/// Who issued a call: hears what the server tells of it, and answers what the server asks.
public interface CallSink {

  /// Hears nothing and can do nothing.
  CallSink SILENT =
      new CallSink() {
        @Override
        public void notification(Message.Notification notification) {}

        @Override
        public Message request(Message.Request request) {
          return new Message.Failure(
              request.id(), RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found"));
        }
      };

  /// Progress, log messages, the server's withdrawal of a request, and what else it tells. Called
  /// by the thread of the call; while it takes its time, the server has to wait.
  void notification(Message.Notification notification);

  /// The answer or the failure for a request of the server, with the same id. Called by a thread of
  /// its own, which is interrupted when the call ends or the server withdraws the request.
  Message request(Message.Request request) throws InterruptedException;
}
