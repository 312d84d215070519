package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.sse.SseReader;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.HttpQuery.Repeatable;
import dev.sluice.mcp.upstream.http.HttpReply;
import dev.sluice.mcp.upstream.peer.Duplex;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// The transport of 2024-11-05: all that the server says comes in one stream of events, and all
/// that it is told is posted where the first event says.
final class SseDuplex implements Duplex {

  private static final int ENDPOINT_CHARS_MAX = 4 * 1024;

  private final Line line;
  private final HttpReply reply;
  private final SseReader events;
  private final URI posts;
  private final Cancellation cancellation;

  private SseDuplex(
      Line line, HttpReply reply, SseReader events, URI posts, Cancellation cancellation) {
    this.line = line;
    this.reply = reply;
    this.events = events;
    this.posts = posts;
    this.cancellation = cancellation;
  }

  static SseDuplex open(Line line) throws CallException {
    var cancellation = new Cancellation();
    var reply = line.stream(List.of(), line.listening(), cancellation);
    var opened = false;
    // The first event must come soon, though the stream may be silent later.
    var watchdog =
        dev.sluice.mcp.upstream.http.Watchdog.at(
            line.limits().times().firstByteMax(), () -> cancellation.cancel("no endpoint"));
    try {
      if (!reply.succeeded() || !reply.type().equals(Replies.EVENTS)) {
        throw Replies.failure(reply.succeeded() ? 406 : reply.status()).exception();
      }
      var events =
          new SseReader(reply.body(), line.limits().message().messageBytesMax() + 16 * 1024);
      var duplex = new SseDuplex(line, reply, events, endpoint(line.url(), events), cancellation);
      opened = true;
      return duplex;
    } catch (IOException e) {
      throw Http.explained(e, cancellation);
    } finally {
      watchdog.cancel(false);
      if (!opened) {
        reply.close();
      }
    }
  }

  /// Where posts go: on the same origin, or nowhere.
  private static URI endpoint(URI url, SseReader events) throws IOException {
    var first = events.next();
    if (first.isEmpty()
        || !first.get().type().equals("endpoint")
        || first.get().data().length() > ENDPOINT_CHARS_MAX) {
      throw Replies.malformed("a stream that does not begin with its endpoint");
    }
    try {
      var posts = url.resolve(first.get().data().strip());
      if (origin(posts).equals(origin(url))) {
        return posts;
      }
    } catch (IllegalArgumentException _) {
      // No URI is like one of another origin.
    }
    throw CallException.of(
        Reason.FORBIDDEN_ADDRESS, Effect.NEVER_RUN, "an endpoint of another origin");
  }

  private static String origin(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority();
  }

  @Override
  public void send(Message message, Duration max) throws IOException {
    var body = line.codec().write(message);
    try (var answer =
        line.post(posts, body, List.of(), Repeatable.NO, line.patience(max), new Cancellation())) {
      if (!answer.succeeded()) {
        throw Replies.failure(answer.status()).exception();
      }
      // Some answer 200 with a text; it says nothing.
      answer.closeAtItsEnd();
    }
  }

  @Override
  public List<Message> receive() throws IOException {
    try {
      while (true) {
        var event = events.next();
        if (event.isEmpty()) {
          throw CallException.of(Reason.CUT, Effect.MAY_HAVE_RUN, "the server ended its stream");
        }
        if (event.get().type().equals("message") && !event.get().data().isEmpty()) {
          return line.codec().readAll(event.get().data().getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (MalformedMessageException e) {
      throw Replies.unreadable(e);
    }
  }

  @Override
  public void close() {
    cancellation.cancel("closed");
    reply.close();
  }
}
