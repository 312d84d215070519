package dev.sluice.mcp.serve.ask;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Questions of servers that wait for the answers of clients, each with an id that nobody guesses,
/// and that names the gateway that asks.
public final class Asks {

  private static final int ID_BYTES = 12;
  private static final Pattern ID = Pattern.compile("sluice-([0-9a-z]{1,32})-[0-9a-f]+");

  private record Waiting(String session, BlockingQueue<Message> answer) {}

  private final String gateway;
  private final int openMax;
  private final Duration max;
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger open = new AtomicInteger();
  private final Map<RpcId, Waiting> waiting = new ConcurrentHashMap<>();

  /// @param gateway by which name others know this one
  public Asks(String gateway, int openMax, Duration max) {
    this.gateway = gateway;
    this.openMax = openMax;
    this.max = max;
  }

  public Duration max() {
    return max;
  }

  public RpcId id() {
    var id = new byte[ID_BYTES];
    random.nextBytes(id);
    return RpcId.of("sluice-" + gateway + "-" + HexFormat.of().formatHex(id));
  }

  /// Sends the question under that id, and waits for what the client says to it.
  public Message ask(String session, RpcId id, Message.Request question, Consumer<Message> send)
      throws InterruptedException {
    if (open.incrementAndGet() > openMax) {
      open.decrementAndGet();
      return failed(question, "asks: over %d (expected: at most that)".formatted(openMax));
    }
    var answer = new ArrayBlockingQueue<Message>(1);
    waiting.put(id, new Waiting(session, answer));
    try {
      send.accept(question.with(id));
      return Optional.ofNullable(answer.poll(max.toNanos(), TimeUnit.NANOSECONDS))
          .map(came -> renamed(came, question.id()))
          .orElseGet(() -> failed(question, "The client did not answer within " + max));
    } finally {
      waiting.remove(id);
      open.decrementAndGet();
    }
  }

  /// False for an answer to what nobody here has asked that session.
  public boolean answered(String session, Message answer) {
    var id = id(answer);
    var asked = id.flatMap(known -> Optional.ofNullable(waiting.get(known)));
    return asked.isPresent()
        && asked.get().session().equals(session)
        && asked.get().answer().offer(answer);
  }

  private static Optional<RpcId> id(Message answer) {
    return switch (answer) {
      case Message.Answer(var known, _, _) -> Optional.of(known);
      case Message.Failure(var known, _, _) -> known;
      case Message.Request _, Message.Notification _ -> Optional.<RpcId>empty();
    };
  }

  /// The other gateway whose question that may answer.
  public Optional<String> elsewhere(Message answer) {
    return id(answer)
        .filter(RpcId.Named.class::isInstance)
        .map(id -> ID.matcher(((RpcId.Named) id).name()))
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .filter(asking -> !asking.equals(gateway));
  }

  private static Message renamed(Message answer, RpcId id) {
    return switch (answer) {
      case Message.Answer(_, var result, var rest) -> new Message.Answer(id, result, rest);
      case Message.Failure(_, var error, var rest) ->
          new Message.Failure(Optional.of(id), error, rest);
      case Message.Request _, Message.Notification _ ->
          throw new IllegalStateException("BUG: what was answered is no answer");
    };
  }

  static Message failed(Message.Request question, String sentence) {
    return new Message.Failure(question.id(), RpcError.of(RpcError.INTERNAL_ERROR, sentence));
  }
}
