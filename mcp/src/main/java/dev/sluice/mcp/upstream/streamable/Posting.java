package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.http.Header;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.HttpQuery.Repeatable;
import dev.sluice.mcp.upstream.http.HttpReply;
import dev.sluice.mcp.upstream.http.Patience;
import dev.sluice.mcp.upstream.peer.Dispatch;
import dev.sluice.mcp.upstream.peer.Exchange;
import dev.sluice.mcp.upstream.peer.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Posts a request, and reads what comes until its answer is there.
final class Posting {

  /// What has no effect, and may be sent twice.
  private static final Set<String> READS =
      Set.of(
          "server/discover",
          "initialize",
          "ping",
          "tools/list",
          "prompts/list",
          "prompts/get",
          "resources/list",
          "resources/templates/list",
          "resources/read",
          "completion/complete",
          "subscriptions/listen");

  /// Takes a stream up again that broke before the answer; none is needed in the modern era.
  interface Resumption {
    Resumption NONE = (_, _) -> Optional.empty();

    /// Empty where there is no such stream any more.
    Optional<HttpReply> resume(Stream stream, Patience patience) throws CallException;
  }

  private final Line line;
  private final Dispatch dispatch;
  private final Reply reply;
  private final Resumption resumption;

  Posting(Line line, Dispatch dispatch, Reply reply, Resumption resumption) {
    this.line = line;
    this.dispatch = dispatch;
    this.reply = reply;
    this.resumption = resumption;
  }

  /// The result, with what the status said beside it.
  record Posted(CallResult result, int status, List<Header> headers) {
    Posted {
      headers = List.copyOf(headers);
    }
  }

  Posted run(Exchange exchange, List<Header> headers) throws CallException {
    var patience = exchange.lasting() ? line.listening() : line.patience(exchange.left());
    var body = line.codec().write(exchange.request());
    var cancellation = exchange.call().cancellation();
    try (var answer =
        line.post(line.url(), body, headers, repeatable(exchange), patience, cancellation)) {
      var session = answer.header("mcp-session-id").map(id -> new Header("Mcp-Session-Id", id));
      var result = read(answer, exchange, patience);
      return new Posted(result, answer.status(), session.stream().toList());
    } catch (MalformedMessageException e) {
      throw Replies.unreadable(e);
    } catch (IOException e) {
      throw Http.explained(e, cancellation);
    }
  }

  private static Repeatable repeatable(Exchange exchange) {
    return READS.contains(exchange.call().method()) ? Repeatable.YES : Repeatable.NO;
  }

  private CallResult read(HttpReply answer, Exchange exchange, Patience patience)
      throws IOException {
    if (!answer.succeeded()) {
      return refused(answer, exchange);
    }
    return switch (answer.type()) {
      case Replies.JSON ->
          first(Replies.messages(answer, line.codec()), exchange)
              .orElseThrow(() -> Replies.malformed("JSON without the answer to the request"));
      case Replies.EVENTS -> events(answer, exchange, patience);
      default ->
          throw Replies.malformed(
              "an answer of another type (expected: application/json or text/event-stream)");
    };
  }

  private CallResult refused(HttpReply answer, Exchange exchange) throws CallException {
    var error = Replies.error(answer, line.codec());
    var ours = error.filter(e -> e.id().isEmpty() || e.id().equals(Optional.of(exchange.id())));
    var failure = Replies.failure(answer.status());
    if (Replies.lostSession(answer.status(), error)) {
      throw CallException.of(Reason.SESSION_LOST, Effect.NEVER_RUN, failure.detail());
    }
    // A refusal of who we are is none of what was asked, whatever the body says.
    if (ours.isPresent() && failure.reason() != Reason.UNAUTHORIZED) {
      return new CallResult.Refused(ours.get().error());
    }
    throw failure.exception();
  }

  private Optional<CallResult> first(List<Message> messages, Exchange exchange) {
    Optional<CallResult> result = Optional.empty();
    for (var message : messages) {
      var one = dispatch.own(message, exchange, reply);
      result = result.isPresent() ? result : one;
    }
    return result;
  }

  private CallResult events(HttpReply answer, Exchange exchange, Patience patience)
      throws IOException {
    var found = new AtomicReference<Optional<CallResult>>(Optional.empty());
    var stream = new Stream(line.codec());
    if (ended(stream, answer, exchange, found)) {
      answer.closeAtItsEnd();
      return found.get().orElseThrow();
    }
    for (var times = 0; times < line.limits().resumptionsMax(); times++) {
      var again = resumption.resume(stream, patience);
      if (again.isEmpty()) {
        break;
      }
      try (var resumed = again.get()) {
        if (ended(stream, resumed, exchange, found)) {
          return found.get().orElseThrow();
        }
      }
    }
    throw CallException.of(Reason.CUT, Effect.MAY_HAVE_RUN, "the stream ended before the answer");
  }

  /// True when the answer came. A stream that broke is like one that ended: it may go on.
  private boolean ended(
      Stream stream,
      HttpReply answer,
      Exchange exchange,
      AtomicReference<Optional<CallResult>> found)
      throws IOException {
    try {
      return stream.read(
          answer.body(),
          messages -> {
            found.set(first(messages, exchange));
            return found.get().isPresent();
          });
    } catch (MalformedMessageException e) {
      throw e;
    } catch (IOException e) {
      var why = Http.explained(e, exchange.call().cancellation());
      if (why.failure().reason() != Reason.CUT) {
        throw why;
      }
      return false;
    }
  }
}
