package dev.sluice.testkit.vertex;

import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.anthropic.billing.PromptCache;
import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.anthropic.rules.BodyRules;
import dev.sluice.testkit.anthropic.rules.OutputLimits;
import dev.sluice.testkit.anthropic.rules.RefusedException;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.cloud.ClaudeBody;
import dev.sluice.testkit.cloud.ClaudeBody.ClaudeModel;
import dev.sluice.testkit.cloud.ClaudeFormat;
import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.cloud.Endpoints;
import dev.sluice.testkit.cloud.Front;
import dev.sluice.testkit.cloud.ServedTools;
import dev.sluice.testkit.cloud.StrictJson;
import dev.sluice.testkit.gemini.GeminiService;
import dev.sluice.testkit.gemini.rules.Dialect;
import dev.sluice.testkit.google.AccessTokens;
import dev.sluice.testkit.google.GoogleEnvelope;
import dev.sluice.testkit.google.TokenApi;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import dev.sluice.testkit.provider.Player;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Reply;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Vertex AI by its paths: both publishers, and where tokens come from.
final class VertexApi implements Endpoints {

  private static final ForbiddenHeaders FORBIDDEN =
      ForbiddenHeaders.STANDARD.with("x-api-key", "x-goog-api-key", "x-amz-");
  private static final GoogleEnvelope GOOGLE = new GoogleEnvelope("aiplatform.googleapis.com");
  private static final ClaudeEnvelope CLAUDE = new ClaudeEnvelope(GOOGLE);
  private static final String VERSION = "vertex-2023-10-16";
  private static final String SEARCHES_WITH = "web-search-2025-03-05";
  private static final String COUNTING = "count-tokens";
  private static final String PUBLISHER = "/publishers/anthropic/";

  private final VertexConfig config;
  private final Books books;
  private final AccessTokens tokens;
  private final TokenApi tokenApi;
  private final PromptCache cache;
  private final Player claude;
  private final GeminiService gemini;
  private final Front front;

  VertexApi(VertexConfig config, Books books, AccessTokens tokens, TokenApi tokenApi) {
    this.config = config;
    this.books = books;
    this.tokens = tokens;
    this.tokenApi = tokenApi;
    this.cache = new PromptCache(config.clock(), config.retention().cachedPrefixesMax());
    this.claude = new Player(config.prices(), CLAUDE, new ClaudeEvents());
    this.gemini = new GeminiService(Dialect.VERTEX, config.prices(), GOOGLE, books, cache);
    this.front = new Front(books, FORBIDDEN, this);
  }

  Front front() {
    return front;
  }

  @Override
  public void answer(String requestId, HttpExchange exchange) throws IOException {
    var request = exchange.request();
    if (TokenApi.serves(request)) {
      tokenApi.answer(exchange);
      return;
    }
    tokens.authenticate(request);
    var target = VertexTarget.of(request);
    target.check(config.account().project(), config.location());
    switch (target.publisher()) {
      case "anthropic" -> claude(requestId, exchange, target);
      case "google" -> gemini.answer(requestId, exchange, config.account().project(), front);
      default -> throw VertexTarget.missing();
    }
  }

  @Override
  public boolean generates(HttpRequest request) {
    return !TokenApi.serves(request)
        && !request.path().endsWith(":countTokens")
        && !request.path().endsWith(COUNTING + ":rawPredict");
  }

  @Override
  public Envelope envelope(HttpRequest request) {
    return request.path().contains(PUBLISHER) ? CLAUDE : GOOGLE;
  }

  @Override
  public List<Header> headers(Reply.Failure failure) {
    return List.of();
  }

  private void claude(String requestId, HttpExchange exchange, VertexTarget target)
      throws IOException {
    switch (target.method()) {
      case "rawPredict" -> {
        if (target.model().equals(COUNTING)) {
          count(requestId, exchange);
        } else {
          generate(requestId, exchange, target.model(), new ClaudeFormat(false));
        }
      }
      case "streamRawPredict" ->
          generate(requestId, exchange, target.model(), new ClaudeFormat(true));
      default -> throw VertexTarget.missing();
    }
  }

  private void generate(String requestId, HttpExchange exchange, String model, ClaudeFormat format)
      throws IOException {
    var price = config.prices().find(model).orElseThrow(() -> unknown(model));
    var body = body(exchange.request(), model, format);
    var call = new ApiCall(requestId, exchange.request(), body, format);
    var prompt = Prompt.of(config.account().project(), body);
    if (prompt.tokens() > price.contextTokensMax()) {
      throw new RefusedException(
          400,
          "invalid_request_error",
          "prompt is too long: %d tokens > %d maximum"
              .formatted(prompt.tokens(), price.contextTokensMax()));
    }
    var script = books.scripts().choose(call);
    books.bill().add(claude.play(call, exchange, script, () -> cache.take(prompt)));
  }

  /// The client's library leaves `stream` in the body of a stream, and takes it off otherwise.
  private JsonNode body(HttpRequest request, String model, ClaudeFormat format) {
    var betas = Betas.of(request.all("anthropic-beta"));
    var refused = format.streaming() ? Set.of("model") : Set.of("model", "stream");
    var known = new ClaudeModel(model, limits());
    var body = ClaudeBody.of(json(request), VERSION, refused, betas, known).messages();
    ServedTools.check(body, betas, SEARCHES_WITH);
    return body;
  }

  /// Counting has a path without a model; the body names it.
  private void count(String requestId, HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var body = ClaudeBody.ofCount(json(request), VERSION);
    var betas = Betas.of(request.all("anthropic-beta"));
    BodyRules.checkCount(body, betas, limits());
    ServedTools.check(body, betas, "");
    var call = new ApiCall(requestId, request, body, new ClaudeFormat(false));
    Optional<Script> failure =
        books.scripts().byRule(call).filter(script -> !(script.reply() instanceof Reply.Message));
    if (failure.isPresent()) {
      claude.fail(call, exchange, failure.get());
      return;
    }
    var counted = Prompt.of("", body).tokens();
    front.respond(
        requestId, exchange, JsonNodeFactory.instance.objectNode().put("input_tokens", counted));
  }

  private OutputLimits limits() {
    return name -> config.prices().find(name).map(ModelPrice::outputTokensMax);
  }

  private static JsonNode json(HttpRequest request) {
    return StrictJson.read(
        request.body(),
        problem ->
            new CloudRefusedException(
                400, "invalid_request_error", "The request body is not valid JSON: " + problem));
  }

  private static CloudRefusedException unknown(String model) {
    return new CloudRefusedException(
        404,
        "NOT_FOUND",
        "Publisher Model `%s` was not found or your project does not have access to it."
                .formatted(model)
            + " Please ensure you are using a valid model version.");
  }
}
