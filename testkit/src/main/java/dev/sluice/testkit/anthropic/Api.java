package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.anthropic.answer.MessageComposer;
import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.anthropic.billing.PromptCache;
import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.anthropic.rules.BodyRules;
import dev.sluice.testkit.anthropic.rules.OutputLimits;
import dev.sluice.testkit.anthropic.rules.RefusedException;
import dev.sluice.testkit.anthropic.rules.VersionRules;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.http.MalformedException;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.provider.Player;
import dev.sluice.testkit.provider.Violation;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/// The endpoints: checks a call as the real API does, then plays its script.
final class Api implements HttpHandler {

  private static final JsonMapper STRICT_JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final MessagesFormat FORMAT = new MessagesFormat();

  private final SimulatorConfig config;
  private final Books books;
  private final PromptCache cache;
  private final Envelope envelope = new MessagesEnvelope();
  private final Player player;
  private final AtomicLong serial = new AtomicLong();
  private final String instance = Long.toString(System.nanoTime(), Character.MAX_RADIX);

  Api(SimulatorConfig config, Books books) {
    this.config = config;
    this.books = books;
    this.cache = new PromptCache(config.clock(), config.retention().cachedPrefixesMax());
    this.player = new Player(config.prices(), envelope, Api::compose);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    books.inFlight().begin();
    var requestId = nextRequestId();
    try {
      books.recorder().record(requestId, exchange.request());
      answer(requestId, exchange);
    } catch (RefusedException e) {
      refuse(requestId, exchange, e);
    } finally {
      books.inFlight().end();
    }
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    var requestId = nextRequestId();
    var message = "malformed HTTP: " + problem.getMessage();
    books.recorder().violation(new Violation(requestId, message));
    var type = problem.status() == 413 ? "request_too_large" : "invalid_request_error";
    refuse(requestId, exchange, new Reply.Failure(problem.status(), type, message));
  }

  private void answer(String requestId, HttpExchange exchange) throws IOException {
    var request = exchange.request();
    checkHeaders(requestId, request);
    switch (request.path()) {
      case "/v1/messages" -> messages(requestId, exchange);
      case "/v1/messages/count_tokens" -> countTokens(requestId, exchange);
      case "/v1/models" -> models(requestId, exchange);
      default -> throw new RefusedException(404, "not_found_error", "Not found");
    }
  }

  private void checkHeaders(String requestId, HttpRequest request) {
    var violations = config.headers().violations(request);
    violations.forEach(problem -> books.recorder().violation(new Violation(requestId, problem)));
    if (!violations.isEmpty()) {
      var message = String.join("; ", violations);
      throw new RefusedException(400, "invalid_request_error", message);
    }
    config.headers().authenticate(request);
    config.headers().checkVersion(request);
  }

  private void messages(String requestId, HttpExchange exchange) throws IOException {
    var call = read(requestId, exchange.request());
    BodyRules.checkMessages(call.body(), betas(call), outputLimits());
    VersionRules.checkBody(call.request(), call.body());
    var prompt = Prompt.of(credential(call), call.body());
    checkContext(call, prompt);
    var script = books.scripts().choose(call);
    books.bill().add(player.play(call, exchange, script, () -> cache.take(prompt)));
  }

  private void countTokens(String requestId, HttpExchange exchange) throws IOException {
    var call = read(requestId, exchange.request());
    BodyRules.checkCount(call.body(), betas(call), outputLimits());
    VersionRules.checkBody(call.request(), call.body());
    if (!playedFailure(call, exchange)) {
      var tokens = Prompt.of("", call.body()).tokens();
      var json = JsonNodeFactory.instance.objectNode().put("input_tokens", tokens);
      respond(requestId, exchange, json);
    }
  }

  private void models(String requestId, HttpExchange exchange) throws IOException {
    var request = exchange.request();
    if (!request.method().equals("GET")) {
      throw new RefusedException(405, "invalid_request_error", "Method Not Allowed");
    }
    var call = new ApiCall(requestId, request, MissingNode.getInstance(), FORMAT);
    betas(call);
    if (!playedFailure(call, exchange)) {
      var models = List.copyOf(config.prices().models().keySet());
      respond(requestId, exchange, ModelsPage.of(request, models));
    }
  }

  /// Calls that generate nothing follow only rules that make them fail.
  private boolean playedFailure(ApiCall call, HttpExchange exchange) throws IOException {
    Optional<Script> failure =
        books.scripts().byRule(call).filter(script -> !(script.reply() instanceof Reply.Message));
    if (failure.isPresent()) {
      player.fail(call, exchange, failure.get());
    }
    return failure.isPresent();
  }

  private ApiCall read(String requestId, HttpRequest request) {
    if (!request.method().equals("POST")) {
      throw new RefusedException(405, "invalid_request_error", "Method Not Allowed");
    }
    config.headers().checkContentType(request);
    Betas.of(request.all("anthropic-beta"));
    return new ApiCall(requestId, request, json(request.body()), FORMAT);
  }

  private static JsonNode json(byte[] body) {
    try {
      return STRICT_JSON.readTree(body);
    } catch (JacksonException e) {
      throw new RefusedException(
          400,
          "invalid_request_error",
          "The request body is not valid JSON: " + e.getOriginalMessage());
    }
  }

  private static Betas betas(ApiCall call) {
    return Betas.of(call.request().all("anthropic-beta"));
  }

  private static Answer compose(
      ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    return MessageComposer.compose(call, betas(call), message, input, delivery);
  }

  private OutputLimits outputLimits() {
    return model -> config.prices().find(model).map(ModelPrice::outputTokensMax);
  }

  private String credential(ApiCall call) {
    return config.headers().authenticate(call.request());
  }

  private void checkContext(ApiCall call, Prompt prompt) {
    var max = config.prices().find(call.model()).orElseThrow().contextTokensMax();
    if (prompt.tokens() > max) {
      var problem = "prompt is too long: %d tokens > %d maximum".formatted(prompt.tokens(), max);
      throw new RefusedException(400, "invalid_request_error", problem);
    }
  }

  private void refuse(String requestId, HttpExchange exchange, RefusedException refusal)
      throws IOException {
    if (exchange.request().path().equals("/v1/messages")) {
      books
          .bill()
          .add(
              new BillEntry(
                  requestId,
                  "",
                  refusal.status(),
                  Outcome.REFUSED,
                  Usage.NONE,
                  BigDecimal.ZERO,
                  0));
    }
    var failure = new Reply.Failure(refusal.status(), refusal.type(), refusal.text());
    refuse(requestId, exchange, failure);
  }

  private void refuse(String requestId, HttpExchange exchange, Reply.Failure failure)
      throws IOException {
    respond(requestId, exchange, envelope.failure(requestId, failure));
  }

  private void respond(String requestId, HttpExchange exchange, JsonNode json) throws IOException {
    respond(requestId, exchange, new Reply.Page(200, "application/json", json.toString()));
  }

  private void respond(String requestId, HttpExchange exchange, Reply.Page page)
      throws IOException {
    var body = page.body().getBytes(StandardCharsets.UTF_8);
    var headers = envelope.headers(requestId, page.contentType());
    exchange.respond(page.status(), headers, body, body.length);
  }

  private String nextRequestId() {
    return "req_%s_%06d".formatted(instance, serial.incrementAndGet());
  }
}
