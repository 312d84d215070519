package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The first words with a server, in each era, and what an answer to them means.
public final class Handshake {

  public static final String DISCOVER = "server/discover";
  public static final String INITIALIZE = "initialize";
  public static final String INITIALIZED = "notifications/initialized";

  private Handshake() {}

  public static Call discover() {
    return Call.of(DISCOVER);
  }

  /// The card of a server of the modern era; empty for one of the legacy era, which answers with
  /// whatever error it has for what it does not know.
  ///
  /// @param legacy failures that mean a server of the legacy era
  public static Optional<ServerCard> discovered(CallResult result, Set<Reason> legacy)
      throws CallException {
    return switch (result) {
      case CallResult.Result(var said) ->
          modern(dates(said.path("supportedVersions"))).map(v -> new ServerCard(v, said));
      case CallResult.Refused(var error) -> unsupported(error);
      case CallResult.Failed(var failure) -> {
        if (legacy.contains(failure.reason())) {
          yield Optional.empty();
        }
        throw failure.exception();
      }
    };
  }

  private static Optional<ServerCard> unsupported(RpcError error) throws CallException {
    var supported = dates(error.json().path("data").path("supported"));
    var old = supported.isEmpty() || supported.stream().anyMatch(ProtocolVersion.LEGACY::contains);
    if (error.code() != RpcError.UNSUPPORTED_PROTOCOL_VERSION || old) {
      return Optional.empty();
    }
    throw unknown(supported.getFirst().date());
  }

  public static Call initialize(ClientProfile profile) {
    var params = JsonNodeFactory.instance.objectNode();
    params.put("protocolVersion", ProtocolVersion.LEGACY.getFirst().date());
    params.set("capabilities", profile.capabilities());
    params.set("clientInfo", profile.client());
    return Call.of(INITIALIZE, params);
  }

  public static ServerCard initialized(CallResult result) throws CallException {
    return switch (result) {
      case CallResult.Result(var said) -> {
        var date = said.path("protocolVersion").stringValue("");
        var version = new ProtocolVersion(date);
        if (!ProtocolVersion.LEGACY.contains(version)) {
          throw unknown(date);
        }
        yield new ServerCard(version, said);
      }
      case CallResult.Refused(var error) ->
          throw CallException.of(
              Reason.UNKNOWN_VERSION,
              Effect.NEVER_RUN,
              "initialize was answered with error " + error.code());
      case CallResult.Failed(var failure) ->
          throw new CallFailure(failure.reason(), Effect.NEVER_RUN, failure.detail()).exception();
    };
  }

  private static CallException unknown(String date) {
    var plain = date.matches("[0-9-]{1,20}") ? date : "no date";
    return CallException.of(
        Reason.UNKNOWN_VERSION,
        Effect.NEVER_RUN,
        "protocolVersion: %s (expected: one of %s, %s)"
            .formatted(plain, ProtocolVersion.MODERN, ProtocolVersion.LEGACY));
  }

  private static Optional<ProtocolVersion> modern(List<ProtocolVersion> supported) {
    return ProtocolVersion.MODERN.stream().filter(supported::contains).findFirst();
  }

  private static List<ProtocolVersion> dates(JsonNode list) {
    var dates = new ArrayList<ProtocolVersion>();
    for (var date : list) {
      dates.add(new ProtocolVersion(date.stringValue("")));
    }
    return dates;
  }
}
