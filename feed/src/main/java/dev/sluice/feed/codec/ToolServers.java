package dev.sluice.feed.codec;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.mcp.ToolServer.Pins;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;

/// Servers of tools, and where they may not be, both ways.
final class ToolServers {

  private ToolServers() {}

  static PolicyProto.ApiServer write(ApiServer server) {
    return PolicyProto.ApiServer.newBuilder()
        .setAddress(server.address().getHostAddress())
        .setPort(server.port())
        .build();
  }

  static ApiServer read(PolicyProto.ApiServer server) {
    return new ApiServer(InetAddress.ofLiteral(server.getAddress()), server.getPort());
  }

  static PolicyProto.ToolServer write(ToolServer server) {
    var timeouts = server.timeouts();
    var message =
        PolicyProto.ToolServer.newBuilder()
            .setName(Words.of(server.name()))
            .setConnectTimeout(Words.of(timeouts.connect()))
            .setFirstByteTimeout(Words.of(timeouts.firstByte()))
            .setIdleTimeout(Words.of(timeouts.idle()))
            .setTotalTimeout(Words.of(timeouts.total()))
            .setAllowed(Routes.write(server.allowed()))
            .setDenied(Routes.write(server.denied()))
            .setPins(pins(server.pins()))
            .addAllApprovedDigests(server.approvedDigests())
            .setCodeMode(server.codeMode())
            .setCallNanoUsd(server.callPrice().nanos())
            .setRecordsInputs(server.recording().inputs())
            .setRecordsOutputs(server.recording().outputs())
            .addAllRedact(server.recording().redact())
            .setResultBytesMax(server.resultBytesMax());
    switch (server.reach()) {
      case Reach.Http http -> message.setHttp(http(http));
      case Reach.Stdio stdio -> message.setProgram(program(stdio));
    }
    return message.build();
  }

  private static PolicyProto.ToolServer.Pins pins(Pins pins) {
    return switch (pins) {
      case NONE -> PolicyProto.ToolServer.Pins.PINS_NONE;
      case FIRST_USE -> PolicyProto.ToolServer.Pins.PINS_FIRST_USE;
      case APPROVE -> PolicyProto.ToolServer.Pins.PINS_APPROVE;
    };
  }

  private static PolicyProto.ToolServer.Http http(Reach.Http http) {
    var message =
        PolicyProto.ToolServer.Http.newBuilder().setOld(http.old()).setUrl(http.url().toString());
    for (var header : http.headers()) {
      message.addHeaders(
          PolicyProto.ToolServer.Header.newBuilder()
              .setName(header.name())
              .setValue(text(header.value())));
    }
    switch (http.auth()) {
      case Reach.Auth.None() -> {}
      case Reach.Auth.ClientCredentials credentials ->
          message.setClientCredentials(clientCredentials(credentials));
    }
    if (http.caPem() != null) {
      message.setCaPem(http.caPem());
    }
    return message.build();
  }

  private static PolicyProto.ToolServer.ClientCredentials clientCredentials(
      Reach.Auth.ClientCredentials credentials) {
    var message =
        PolicyProto.ToolServer.ClientCredentials.newBuilder()
            .setClientId(credentials.clientId())
            .setClientSecret(credentials.clientSecret())
            .addAllScopes(credentials.scopes());
    if (credentials.tokenUrl() != null) {
      message.setTokenUrl(credentials.tokenUrl().toString());
    }
    if (credentials.resource() != null) {
      message.setResource(credentials.resource());
    }
    return message.build();
  }

  private static PolicyProto.ToolServer.Program program(Reach.Stdio stdio) {
    var message = PolicyProto.ToolServer.Program.newBuilder().addAllCommand(stdio.command());
    stdio.environment().forEach((name, value) -> message.putEnvironment(name, text(value)));
    return message.build();
  }

  private static PolicyProto.ToolServer.Text text(Reach.Text text) {
    var message = PolicyProto.ToolServer.Text.newBuilder();
    switch (text) {
      case Reach.Text.Plain(var plain) -> message.setPlain(plain);
      case Reach.Text.Secret(var secret) -> message.setSecret(secret);
    }
    return message.build();
  }

  static ToolServer read(PolicyProto.ToolServer server) {
    return new ToolServer(
        Words.of(server.getName()),
        reach(server),
        new ToolServer.Timeouts(
            Words.of(server.getConnectTimeout()),
            Words.of(server.getFirstByteTimeout()),
            Words.of(server.getIdleTimeout()),
            Words.of(server.getTotalTimeout())),
        Routes.read(server.getAllowed()),
        Routes.read(server.getDenied()),
        pins(server.getPins(), server.getPinsValue()),
        new HashSet<>(server.getApprovedDigestsList()),
        server.getCodeMode(),
        new NanoUsd(server.getCallNanoUsd()),
        new ToolServer.Recording(
            server.getRecordsInputs(), server.getRecordsOutputs(), server.getRedactList()),
        server.getResultBytesMax());
  }

  private static Reach reach(PolicyProto.ToolServer server) {
    return switch (server.getReachCase()) {
      case HTTP -> http(server.getHttp());
      case PROGRAM -> program(server.getProgram());
      case REACH_NOT_SET -> throw Words.unknown("reach", 0);
    };
  }

  private static Pins pins(PolicyProto.ToolServer.Pins pins, int number) {
    return switch (pins) {
      case PINS_NONE -> Pins.NONE;
      case PINS_FIRST_USE -> Pins.FIRST_USE;
      case PINS_APPROVE -> Pins.APPROVE;
      case PINS_UNSPECIFIED, UNRECOGNIZED -> throw Words.unknown("pins", number);
    };
  }

  private static Reach http(PolicyProto.ToolServer.Http http) {
    return new Reach.Http(
        http.getOld(),
        URI.create(http.getUrl()),
        http.getHeadersList().stream()
            .map(header -> new Reach.Header(header.getName(), text(header.getValue())))
            .toList(),
        http.hasClientCredentials()
            ? clientCredentials(http.getClientCredentials())
            : new Reach.Auth.None(),
        http.hasCaPem() ? http.getCaPem() : null);
  }

  private static Reach.Auth clientCredentials(
      PolicyProto.ToolServer.ClientCredentials credentials) {
    return new Reach.Auth.ClientCredentials(
        credentials.hasTokenUrl() ? URI.create(credentials.getTokenUrl()) : null,
        credentials.getClientId(),
        credentials.getClientSecret(),
        credentials.getScopesList(),
        credentials.hasResource() ? credentials.getResource() : null);
  }

  private static Reach program(PolicyProto.ToolServer.Program program) {
    var environment = new HashMap<String, Reach.Text>();
    program.getEnvironmentMap().forEach((name, value) -> environment.put(name, text(value)));
    return new Reach.Stdio(program.getCommandList(), environment);
  }

  private static Reach.Text text(PolicyProto.ToolServer.Text text) {
    return switch (text.getKindCase()) {
      case PLAIN -> new Reach.Text.Plain(text.getPlain());
      case SECRET -> new Reach.Text.Secret(text.getSecret());
      case KIND_NOT_SET -> throw Words.unknown("text", 0);
    };
  }
}
