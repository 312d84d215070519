package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/// A server that offers some tools, and is called through a connection, or answers by itself.
///
/// @param price of a call, in US dollars
record OfferedServer(
    ObjectName name,
    String price,
    ToolServer.Recording recording,
    long resultBytesMax,
    Duration total,
    Function<Call, CallResult> calls,
    Optional<String> away)
    implements Offered {

  static final List<String> TOOLS =
      List.of("echo", "fail", "error", "huge", "stall", "slow", "ask", "missing", "other");

  static OfferedServer at(String price, Function<Call, CallResult> calls) {
    return new OfferedServer(
        Keys.SERVER,
        price,
        ToolServer.Recording.NONE,
        1 << 20,
        Duration.ofSeconds(20),
        calls,
        Optional.empty());
  }

  OfferedServer named(ObjectName other) {
    return new OfferedServer(other, price, recording, resultBytesMax, total, calls, away);
  }

  OfferedServer recording(boolean inputs, boolean outputs, String... redact) {
    var kept = new ToolServer.Recording(inputs, outputs, List.of(redact));
    return new OfferedServer(name, price, kept, resultBytesMax, total, calls, away);
  }

  OfferedServer withResultBytesMax(long bytes) {
    return new OfferedServer(name, price, recording, bytes, total, calls, away);
  }

  OfferedServer within(Duration time) {
    return new OfferedServer(name, price, recording, resultBytesMax, time, calls, away);
  }

  /// The same that was never reached.
  OfferedServer away(String why) {
    return new OfferedServer(
        name, price, recording, resultBytesMax, total, calls, Optional.of(why));
  }

  @Override
  public ToolServer declared() {
    return new ToolServer(
        name,
        new Reach.Http(
            false, URI.create("https://notes.example"), List.of(), new Reach.Auth.None(), null),
        new ToolServer.Timeouts(total, total, total, total),
        Globs.ALL,
        new Globs(List.of("denied")),
        ToolServer.Pins.NONE,
        Set.of(),
        true,
        NanoUsd.parse(price),
        recording,
        resultBytesMax);
  }

  @Override
  public List<ToolDefinition> tools() {
    var known = away.isPresent() ? List.<String>of() : TOOLS;
    return known.stream()
        .map(
            tool ->
                new ToolDefinition(
                    name, tool, JsonNodeFactory.instance.objectNode().put("name", tool)))
        .toList();
  }

  @Override
  public CallResult call(Call call) {
    return calls.apply(call);
  }

  @Override
  public void tell(Message.Notification notification) {}
}
