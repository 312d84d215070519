package dev.sluice.mcp.serve.ask;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.session.Seal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Calls of clients of the modern era whose servers, of the legacy era, wait for an answer. The
/// client was told what is asked, and sends the call again.
public final class Parked {

  private static final String PURPOSE = "parked";
  private static final int ID_BYTES = 12;

  private final Seal seal;
  private final String gateway;
  private final int openMax;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, RequestSink> calls = new ConcurrentHashMap<>();

  /// @param gateway by which name others know this one
  public Parked(Seal seal, String gateway, int openMax) {
    this.seal = seal;
    this.gateway = gateway;
    this.openMax = openMax;
  }

  /// What a state says of a call.
  public sealed interface Found {
    /// The state is none of ours.
    record Foreign() implements Found {}

    /// It was parked too long ago.
    record Gone() implements Found {}

    /// It was parked at another gateway.
    ///
    /// @param call its name there
    record Elsewhere(String gateway, String call) implements Found {}

    record Here(RequestSink call) implements Found {}
  }

  /// The state under which the call is found again; empty where too many are parked.
  Optional<String> park(ObjectName key, RequestSink call) {
    if (calls.size() >= openMax) {
      return Optional.empty();
    }
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    var id = HexFormat.of().formatHex(bytes);
    calls.put(key + " " + id, call);
    var state = gateway + " " + id;
    return Optional.of(seal.sealed(PURPOSE, state.getBytes(StandardCharsets.US_ASCII)));
  }

  void remove(RequestSink call) {
    calls.values().removeIf(call::equals);
  }

  public Found find(ObjectName key, JsonNode state) {
    var id = seal.opened(PURPOSE, state.stringValue(""));
    if (id.isEmpty()) {
      return new Found.Foreign();
    }
    var named = new String(id.get(), StandardCharsets.US_ASCII).split(" ", 2);
    if (named.length == 2 && !named[0].equals(gateway)) {
      return new Found.Elsewhere(named[0], named[1]);
    }
    return taken(key, named[named.length - 1])
        .<Found>map(Found.Here::new)
        .orElseGet(Found.Gone::new);
  }

  /// A call of that key that was parked here under that name; it is no more.
  public Optional<RequestSink> taken(ObjectName key, String call) {
    return Optional.ofNullable(calls.remove(key + " " + call));
  }

  /// The answer that asks the client.
  static Message asking(RpcId id, Message.Request question, String state) {
    var result = JsonNodeFactory.instance.objectNode().put("resultType", "input_required");
    var asked = result.putObject("inputRequests").putObject(RequestSink.QUESTION);
    asked.put("method", question.method()).set("params", question.params());
    result.put("requestState", state);
    return new Message.Answer(id, result);
  }
}
