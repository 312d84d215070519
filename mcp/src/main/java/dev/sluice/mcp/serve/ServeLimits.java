package dev.sluice.mcp.serve;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.serve.answer.PageLimits;
import dev.sluice.mcp.serve.session.SessionLimits;
import dev.sluice.mcp.serve.stream.StreamLimits;
import java.time.Duration;

/// What clients may take at most: of bytes, of streams, of time.
///
/// @param message the size and depth of one body, and how many messages a batch has
/// @param headerBytesMax of one request
/// @param bodyReadMax how long a client may take to send its body
/// @param bodiesBytesMax memory for bodies that are read or not answered yet, of all clients
/// @param bodiesOfKeyBytesMax the same of one key
/// @param asksMax questions of servers that wait for clients, of all together
/// @param askMax how long one waits
/// @param drainMax how long answers may take that are under way when the service ends
public record ServeLimits(
    MessageLimits message,
    int headerBytesMax,
    Duration bodyReadMax,
    long bodiesBytesMax,
    long bodiesOfKeyBytesMax,
    StreamLimits streams,
    SessionLimits sessions,
    PageLimits lists,
    int asksMax,
    Duration askMax,
    Duration drainMax) {

  public static final ServeLimits STANDARD =
      new ServeLimits(
          MessageLimits.STANDARD.withMessageBytesMax(DataPlane.TOOLS_BODY_BYTES_MAX),
          64 * 1024,
          Duration.ofSeconds(30),
          64L * 1024 * 1024,
          32L * 1024 * 1024,
          StreamLimits.STANDARD,
          SessionLimits.STANDARD,
          PageLimits.STANDARD,
          1_000,
          Duration.ofMinutes(5),
          Duration.ofSeconds(10));

  public ServeLimits with(MessageLimits value) {
    return new ServeLimits(
        value,
        headerBytesMax,
        bodyReadMax,
        bodiesBytesMax,
        bodiesOfKeyBytesMax,
        streams,
        sessions,
        lists,
        asksMax,
        askMax,
        drainMax);
  }

  public ServeLimits with(StreamLimits value) {
    return new ServeLimits(
        message,
        headerBytesMax,
        bodyReadMax,
        bodiesBytesMax,
        bodiesOfKeyBytesMax,
        value,
        sessions,
        lists,
        asksMax,
        askMax,
        drainMax);
  }

  public ServeLimits with(SessionLimits value) {
    return new ServeLimits(
        message,
        headerBytesMax,
        bodyReadMax,
        bodiesBytesMax,
        bodiesOfKeyBytesMax,
        streams,
        value,
        lists,
        asksMax,
        askMax,
        drainMax);
  }

  public ServeLimits with(PageLimits value) {
    return new ServeLimits(
        message,
        headerBytesMax,
        bodyReadMax,
        bodiesBytesMax,
        bodiesOfKeyBytesMax,
        streams,
        sessions,
        value,
        asksMax,
        askMax,
        drainMax);
  }

  public ServeLimits withAsks(int most, Duration longest) {
    return new ServeLimits(
        message,
        headerBytesMax,
        bodyReadMax,
        bodiesBytesMax,
        bodiesOfKeyBytesMax,
        streams,
        sessions,
        lists,
        most,
        longest,
        drainMax);
  }

  public ServeLimits withBodies(long bytesMax, long ofKeyMax) {
    return new ServeLimits(
        message,
        headerBytesMax,
        bodyReadMax,
        bytesMax,
        ofKeyMax,
        streams,
        sessions,
        lists,
        asksMax,
        askMax,
        drainMax);
  }
}
