package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A call under way: with an id and a token of progress that no other call of the connection has.
public final class Exchange {

  private static final String PROGRESS = "progressToken";

  private final Call call;
  private final long number;
  private final Message.Request request;
  private final Optional<JsonNode> token;
  private final Duration totalMax;
  private final long endNanos;
  private final Inbox inbox;
  private volatile boolean answered;

  Exchange(Call call, long number, ObjectNode params, Duration totalMax, int queuedMax) {
    this.call = call;
    this.number = number;
    this.token = Meta.of(call.params()).optional(Meta.PROGRESS_TOKEN);
    this.request = new Message.Request(RpcId.of(number), call.method(), numbered(params));
    this.totalMax = totalMax;
    this.endNanos = System.nanoTime() + totalMax.toNanos();
    this.inbox = new Inbox(queuedMax);
  }

  private ObjectNode numbered(ObjectNode params) {
    return token.isEmpty()
        ? params
        : Meta.with(params, Meta.PROGRESS_TOKEN, JsonNodeFactory.instance.numberNode(number));
  }

  public Call call() {
    return call;
  }

  /// As the server gets it.
  public Message.Request request() {
    return request;
  }

  public RpcId id() {
    return request.id();
  }

  /// Whether it is silent by its nature: a stream of changes.
  public boolean lasting() {
    return call.method().equals("subscriptions/listen");
  }

  public Duration totalMax() {
    return totalMax;
  }

  public Duration left() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  /// The server has done it.
  void answered() {
    answered = true;
  }

  boolean isAnswered() {
    return answered;
  }

  Inbox inbox() {
    return inbox;
  }

  boolean hasToken(JsonNode theirs) {
    return token.isPresent() && theirs.isIntegralNumber() && theirs.longValue(-1) == number;
  }

  /// Progress with the token that the caller knows.
  Message.Notification restored(Message.Notification progress) {
    if (token.isEmpty()) {
      return progress;
    }
    var params = Meta.shallow(progress.params());
    params.set(PROGRESS, token.get());
    return progress.with(params);
  }

  static JsonNode tokenOf(Message.Notification progress) {
    return progress.params().path(PROGRESS);
  }

  /// What the message means for this call, where it is its answer.
  Optional<CallResult> result(Message message) {
    return switch (message) {
      case Message.Answer(var id, var result, _) when id.equals(id()) ->
          Optional.of(new CallResult.Result(result));
      case Message.Failure(var id, var error, _) when id.equals(Optional.of(id())) ->
          Optional.of(new CallResult.Refused(error));
      case Message.Answer _, Message.Failure _, Message.Request _, Message.Notification _ ->
          Optional.empty();
    };
  }
}
