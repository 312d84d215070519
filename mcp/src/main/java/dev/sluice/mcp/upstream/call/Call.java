package dev.sluice.mcp.upstream.call;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One call of a method of a server: what is asked, who hears of it, and for how long.
///
/// @param params as the server shall have them; ids and progress tokens are changed on the way
/// @param caller who asks, where it is not the connection itself; only the modern era tells it
/// @param totalMax how long the call may take in all
public record Call(
    String method,
    ObjectNode params,
    CallSink sink,
    Cancellation cancellation,
    Optional<ClientProfile> caller,
    Optional<Duration> totalMax,
    InputPolicy input) {

  /// What is done with a result that asks for input.
  public enum InputPolicy {
    /// It is handed on, for the caller to send the call again.
    RELAYED,
    /// The sink answers, and the call is sent again at once.
    ANSWERED
  }

  public static Call of(String method, ObjectNode params) {
    return new Call(
        method,
        params,
        CallSink.SILENT,
        new Cancellation(),
        Optional.empty(),
        Optional.empty(),
        InputPolicy.RELAYED);
  }

  public static Call of(String method) {
    return of(method, JsonNodeFactory.instance.objectNode());
  }

  public Call with(ObjectNode value) {
    return new Call(method, value, sink, cancellation, caller, totalMax, input);
  }

  public Call with(CallSink value) {
    return new Call(method, params, value, cancellation, caller, totalMax, input);
  }

  public Call with(Cancellation value) {
    return new Call(method, params, sink, value, caller, totalMax, input);
  }

  public Call with(InputPolicy value) {
    return new Call(method, params, sink, cancellation, caller, totalMax, value);
  }

  public Call by(ClientProfile value) {
    return new Call(method, params, sink, cancellation, Optional.of(value), totalMax, input);
  }

  public Call within(Duration value) {
    return new Call(method, params, sink, cancellation, caller, Optional.of(value), input);
  }
}
