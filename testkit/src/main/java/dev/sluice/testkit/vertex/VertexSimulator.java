package dev.sluice.testkit.vertex;

import dev.sluice.testkit.google.AccessTokens;
import dev.sluice.testkit.google.ServiceAccount;
import dev.sluice.testkit.google.TokenApi;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Simulator;
import java.net.URI;

/// Vertex AI of one project in one location, on loopback, with the endpoints that give tokens out.
public record VertexSimulator(
    Books books, HttpServer server, AccessTokens tokens, ServiceAccount account, TokenApi tokenApi)
    implements Simulator {

  public static VertexSimulator start(VertexConfig config) {
    return start(0, config);
  }

  /// @param port 0 picks a free one
  public static VertexSimulator start(int port, VertexConfig config) {
    var books = Books.of(config.retention());
    var tokens = new AccessTokens(config.clock(), config.tokenLifetime());
    var tokenApi = new TokenApi(config.account(), tokens);
    var api = new VertexApi(config, books, tokens, tokenApi);
    var server = HttpServer.start(port, config.limits(), api.front());
    return new VertexSimulator(books, server, tokens, config.account(), tokenApi);
  }

  /// Where an assertion is changed for a token.
  public URI tokenUri() {
    return uri().resolve("/token");
  }

  /// The key of its service account, as a file of Google's has it.
  public String keyFile() {
    return account.keyFile(tokenUri().toString());
  }
}
