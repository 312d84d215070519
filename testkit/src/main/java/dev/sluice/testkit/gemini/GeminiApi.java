package dev.sluice.testkit.gemini;

import dev.sluice.testkit.anthropic.billing.PromptCache;
import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.cloud.Endpoints;
import dev.sluice.testkit.cloud.Front;
import dev.sluice.testkit.gemini.rules.Dialect;
import dev.sluice.testkit.google.GoogleEnvelope;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import dev.sluice.testkit.script.Reply;
import java.io.IOException;
import java.util.List;

/// The Gemini API by its paths and its key.
final class GeminiApi implements Endpoints {

  /// A credential or a header of another provider must not come here.
  private static final ForbiddenHeaders FORBIDDEN =
      ForbiddenHeaders.STANDARD.with("authorization", "x-api-key", "anthropic-", "x-amz-");

  private static final GoogleEnvelope ENVELOPE =
      new GoogleEnvelope("generativelanguage.googleapis.com");
  private static final String PATH = "/v1beta/models/[a-z0-9.-]+:[a-zA-Z]+";

  private final GeminiConfig config;
  private final GeminiService service;
  private final Front front;

  GeminiApi(GeminiConfig config, Books books) {
    this.config = config;
    var cache = new PromptCache(config.clock(), config.retention().cachedPrefixesMax());
    this.service = new GeminiService(Dialect.GEMINI_API, config.prices(), ENVELOPE, books, cache);
    this.front = new Front(books, FORBIDDEN, this);
  }

  Front front() {
    return front;
  }

  @Override
  public void answer(String requestId, HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var key = authenticate(request);
    if (!request.path().matches(PATH) || !request.method().equals("POST")) {
      throw new CloudRefusedException(404, "NOT_FOUND", "Requested entity was not found.");
    }
    service.answer(requestId, exchange, key, front);
  }

  @Override
  public boolean generates(HttpRequest request) {
    return !request.path().endsWith(":countTokens");
  }

  @Override
  public Envelope envelope(HttpRequest request) {
    return ENVELOPE;
  }

  @Override
  public List<Header> headers(Reply.Failure failure) {
    return List.of();
  }

  private String authenticate(HttpRequest request) {
    var key =
        request
            .header("x-goog-api-key")
            .orElseThrow(
                () ->
                    new CloudRefusedException(
                        403,
                        "PERMISSION_DENIED",
                        "Method doesn't allow unregistered callers (callers without established"
                            + " identity). Please use API Key or other form of API consumer"
                            + " identity to call this API."));
    if (!config.apiKeys().contains(key)) {
      throw new CloudRefusedException(
          400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key.");
    }
    return key;
  }
}
