package dev.sluice.mcp.catalog.link;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.Reach.Auth;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.upstream.Connection;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.http.Header;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.Tls;
import dev.sluice.mcp.upstream.oauth.AccessTokens;
import dev.sluice.mcp.upstream.oauth.OauthClient;
import dev.sluice.mcp.upstream.peer.PeerOpener;
import dev.sluice.mcp.upstream.stdio.Command;
import dev.sluice.mcp.upstream.streamable.Endpoint;
import dev.sluice.mcp.upstream.streamable.HttpOpener;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Makes connections of what is declared.
public final class Links {

  private final ConnectionSettings around;
  private volatile GuardRules rules;

  public Links(ConnectionSettings around) {
    this.around = around;
    this.rules = around.rules();
  }

  /// Every connection is kept off these addresses from now on, also one that is there already: its
  /// next request is refused.
  public void keepOff(Set<ApiServer> apiServers) {
    rules = around.rules().keepingOff(apiServers);
  }

  public Wiring wiring(ToolServer server, ToolSecrets secrets) {
    return Wiring.of(server, secrets, around.programs());
  }

  /// A link that begins to connect; where the wiring is refused, it is one that never does.
  ///
  /// @param before the one to the same server in whose place it is
  public Link open(
      ObjectName server, Wiring wiring, ServerListener listener, Optional<Link> before) {
    var made = made(server, wiring, listener);
    before.ifPresent(link -> made.connection().follow(link.connection()));
    made.connection().start();
    return made;
  }

  private Link made(ObjectName server, Wiring wiring, ServerListener listener) {
    var limits = around.limits().with(times(wiring.timeouts()));
    var tally = new Tally();
    if (wiring.refusal().isPresent()) {
      return link(server, refusing(wiring.refusal().get()), listener, limits, () -> {});
    }
    return switch (wiring.reach()) {
      case Reach.Stdio stdio -> {
        var command = command(stdio, wiring);
        var opener = around.starter().opener(command, around.profile(), limits, listener, tally);
        yield link(server, opener, listener, limits, () -> {});
      }
      case Reach.Http reach -> {
        Http http;
        try {
          http = http(reach);
        } catch (IllegalArgumentException e) {
          var opener = refusing(String.valueOf(e.getMessage()));
          yield link(server, opener, listener, limits, () -> {});
        }
        var opener =
            new HttpOpener(
                endpoint(reach, wiring, http), around.profile(), limits, listener, tally);
        yield link(server, opener, listener, limits, http::close);
      }
    };
  }

  private Link link(
      ObjectName server,
      PeerOpener opener,
      ServerListener listener,
      UpstreamLimits limits,
      Runnable atEnd) {
    var connection =
        new Connection(
            server.toString(), opener, listener, limits, around.clock(), around.random());
    return new Link(connection, atEnd);
  }

  private static PeerOpener refusing(String sentence) {
    return _ -> {
      throw CallException.of(Reason.FORBIDDEN_ADDRESS, Effect.NEVER_RUN, sentence);
    };
  }

  private static Command command(Reach.Stdio stdio, Wiring wiring) {
    var environment = new HashMap<String, String>();
    stdio.environment().forEach((name, text) -> environment.put(name, wiring.text(text)));
    return new Command(stdio.command(), environment, Optional.empty());
  }

  private Http http(Reach.Http reach) {
    var authorities = reach.caPem();
    var tls = authorities == null ? Tls.standard() : Tls.trusting(authorities);
    return new Http(new UrlGuard(() -> rules, UrlGuard.Resolver.SYSTEM), tls);
  }

  private Endpoint endpoint(Reach.Http reach, Wiring wiring, Http http) {
    var transport = reach.old() ? Endpoint.Transport.SSE : Endpoint.Transport.ANY;
    return new Endpoint(reach.url(), transport, http, credentials(reach, wiring, http));
  }

  private Credentials credentials(Reach.Http reach, Wiring wiring, Http http) {
    var fixed =
        reach.headers().stream()
            .map(header -> new Header(header.name(), wiring.text(header.value())))
            .toList();
    return switch (reach.auth()) {
      case Auth.None() -> Credentials.from(() -> fixed);
      case Auth.ClientCredentials auth ->
          new WithTokens(
              fixed, new AccessTokens(client(reach, auth, wiring), http, around.clock()));
    };
  }

  /// Without a URL for tokens, the server's own origin is its issuer, and no other that it names.
  private static OauthClient client(Reach.Http reach, Auth.ClientCredentials auth, Wiring wiring) {
    var tokenUrl = auth.tokenUrl();
    var resource = auth.resource();
    return new OauthClient(
        tokenUrl == null
            ? new OauthClient.Issuer(reach.url().resolve("/"))
            : new OauthClient.TokenEndpoint(tokenUrl),
        auth.clientId(),
        () -> wiring.secret(auth.clientSecret()),
        OauthClient.Secret.HEADER,
        Optional.of(String.join(" ", auth.scopes())).filter(Predicate.not(String::isEmpty)),
        resource == null ? reach.url() : URI.create(resource));
  }

  /// Headers that are fixed, and a token that is not.
  private record WithTokens(List<Header> fixed, Credentials tokens) implements Credentials {
    @Override
    public List<Header> headers() throws CallException {
      var all = new ArrayList<>(fixed);
      all.addAll(tokens.headers());
      return all;
    }

    @Override
    public void refused() {
      tokens.refused();
    }
  }

  private UpstreamLimits.Times times(ToolServer.Timeouts declared) {
    var times = around.limits().times();
    return new UpstreamLimits.Times(
        declared.connect(),
        declared.firstByte(),
        declared.idle(),
        declared.total(),
        times.probeMax(),
        times.listenIdleMax(),
        times.checkEvery(),
        times.backOffMin(),
        times.backOffMax(),
        times.stopMax());
  }
}
