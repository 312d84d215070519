package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.aws.KeyRing;
import dev.sluice.testkit.aws.TemporaryKeysApi;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import dev.sluice.testkit.provider.Simulator;

/// The Bedrock runtime of one region, on loopback, with the endpoints that give out keys for it.
public record BedrockSimulator(
    Books books, HttpServer server, KeyRing keys, TemporaryKeysApi identities)
    implements Simulator {

  /// The credentials of other providers have no place here.
  static final ForbiddenHeaders FORBIDDEN =
      ForbiddenHeaders.STANDARD.with("x-api-key", "x-goog-api-key");

  public static BedrockSimulator start(BedrockConfig config) {
    return start(0, config);
  }

  /// @param port 0 picks a free one
  public static BedrockSimulator start(int port, BedrockConfig config) {
    var books = Books.of(config.retention());
    var keys = new KeyRing(config.credentials(), config.clock(), config.role().lifetime());
    var identities = new TemporaryKeysApi(config.role(), keys);
    var api = new BedrockApi(config, books, keys, identities);
    var server = HttpServer.start(port, config.limits(), api.front());
    return new BedrockSimulator(books, server, keys, identities);
  }
}
