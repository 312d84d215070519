package dev.sluice.mcp.upstream;

import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.Tls;
import dev.sluice.mcp.upstream.oauth.AccessTokens;
import dev.sluice.mcp.upstream.oauth.OauthClient;
import dev.sluice.mcp.upstream.streamable.Endpoint;
import dev.sluice.mcp.upstream.streamable.HttpOpener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The client that the conformance suite starts: our connection to the server at its last argument,
/// which lists the tools there and calls each.
final class ConformanceClient {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern METADATA = Pattern.compile("resource_metadata=\"([^\"]+)\"");

  private ConformanceClient() {}

  public static void main(String[] arguments) throws Exception {
    var url = URI.create(arguments[arguments.length - 1]);
    var context = Optional.ofNullable(System.getenv("MCP_CONFORMANCE_CONTEXT"));
    var http = new Http(guard(), Tls.standard());
    var credentials =
        context.isPresent()
            ? credentials(url, JSON.readTree(context.get()), http)
            : Credentials.NONE;
    var endpoint = new Endpoint(url, Endpoint.Transport.STREAMABLE, http, credentials);
    var limits = Opened.LIMITS;
    var listener = ServerListener.SILENT;
    var opener = new HttpOpener(endpoint, Opened.profile(), limits, listener, new Tally());
    var clock = InstantSource.system();
    try (var connection =
        new Connection("suite", opener, listener, limits, clock, new Random(1)).start()) {
      for (var tool : Opened.resultOf(connection.call(Call.of("tools/list"))).path("tools")) {
        var name = tool.path("name").stringValue("");
        var call = Opened.tool(name, Opened.json().put("a", 2).put("b", 3));
        System.out.println(name + ": " + Opened.resultOf(connection.call(call)));
      }
    }
  }

  /// Names may lead to loopback here.
  private static UrlGuard guard() {
    var names = new ArrayList<Allowed>();
    for (var name : List.of("localhost", "127.0.0.0/8")) {
      names.add(Allowed.of(name).orElseThrow());
    }
    return new UrlGuard(GuardRules.STANDARD.allowing(names), UrlGuard.Resolver.SYSTEM);
  }

  /// A platform team declares the issuer, which our client takes from no server. The suite does not
  /// say it, so that it is found out here, as that team would.
  private static Credentials credentials(URI url, JsonNode context, Http http) throws Exception {
    var issuer = URI.create(metadata(url).path("authorization_servers").path(0).stringValue(""));
    var secret = context.path("client_secret").stringValue("");
    var client =
        new OauthClient(
            new OauthClient.Issuer(issuer),
            context.path("client_id").stringValue(""),
            () -> secret,
            OauthClient.Secret.HEADER,
            Optional.empty(),
            url);
    return new AccessTokens(client, http, InstantSource.system());
  }

  private static JsonNode metadata(URI url) throws Exception {
    try (var plain = HttpClient.newHttpClient()) {
      var unknown = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString("{}")).build();
      var refused = plain.send(unknown, BodyHandlers.ofString());
      var challenge = refused.headers().firstValue("www-authenticate").orElse("");
      var named = METADATA.matcher(challenge);
      if (!named.find()) {
        throw new IllegalStateException(challenge + " (expected: resource_metadata)");
      }
      var request = HttpRequest.newBuilder(URI.create(named.group(1))).build();
      return JSON.readTree(plain.send(request, BodyHandlers.ofString()).body());
    }
  }
}
