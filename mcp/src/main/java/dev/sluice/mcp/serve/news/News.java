package dev.sluice.mcp.serve.news;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.serve.stream.EventLog.Event;
import tools.jackson.databind.JsonNode;

/// One thing that a gateway tells others.
public sealed interface News {

  /// A client answered what a server had asked it by way of the gateway that hears this.
  record Answered(String session, Message answer) implements News {}

  /// A client cancelled a request.
  record Cancelled(String session, RpcId request, String reason) implements News {}

  /// A client ended its session.
  record Ended(String session) implements News {}

  /// From which level on a session hears log messages.
  record Level(String session, String level) implements News {}

  /// A session watches a resource.
  record Watches(String session, Watched resource) implements News {}

  /// A session watches a resource no more.
  record Unwatches(String session, Watched resource) implements News {}

  /// Where a client reads that has come to another gateway.
  ///
  /// @param gateway that asks for the stream
  /// @param channel its name for it, which nobody guesses
  record Reader(String gateway, String channel) {}

  /// A client came for the rest of a stream.
  ///
  /// @param after the number of the last event that it has
  record Rest(Reader reader, ObjectName key, String session, String stream, long after)
      implements News {}

  /// A client sent a call again that was parked at the gateway that hears this.
  record Resumed(Reader reader, ObjectName key, String call, RpcId request, JsonNode responses)
      implements News {}

  /// The stream is there, and nothing was told since the event of that number; what came before the
  /// first of these is there no more.
  record Quiet(String channel, long number) implements News {}

  /// An event of the stream.
  record Told(String channel, Event event) implements News {}

  /// The event of that number is too large to be told.
  record Skipped(String channel, long number) implements News {}

  /// There will be nothing more; or there was nothing.
  ///
  /// @param read whether the stream is known, has ended, and was read to its end before
  record Over(String channel, boolean read) implements News {}

  /// The client has got the events up to that number, and reads on.
  record Read(String channel, long number) implements News {}

  /// The client has left.
  record Left(String channel) implements News {}
}
