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
  private final int openMax;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, RequestSink> calls = new ConcurrentHashMap<>();

  public Parked(Seal seal, int openMax) {
    this.seal = seal;
    this.openMax = openMax;
  }

  /// What a state says of a call.
  public sealed interface Found {
    /// The state is none of ours.
    record Foreign() implements Found {}

    /// It was parked at another gateway, or too long ago.
    record Gone() implements Found {}

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
    return Optional.of(seal.sealed(PURPOSE, id.getBytes(StandardCharsets.US_ASCII)));
  }

  void remove(RequestSink call) {
    calls.values().removeIf(call::equals);
  }

  public Found find(ObjectName key, JsonNode state) {
    var id = seal.opened(PURPOSE, state.stringValue(""));
    if (id.isEmpty()) {
      return new Found.Foreign();
    }
    var call = calls.remove(key + " " + new String(id.get(), StandardCharsets.US_ASCII));
    return call == null ? new Found.Gone() : new Found.Here(call);
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
