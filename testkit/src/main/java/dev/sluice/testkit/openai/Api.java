package dev.sluice.testkit.openai;

import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PrefixCache;
import dev.sluice.testkit.billing.PrefixPrompt;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.http.MalformedException;
import dev.sluice.testkit.openai.Route.Endpoint;
import dev.sluice.testkit.openai.answer.ChatComposer;
import dev.sluice.testkit.openai.answer.ResponseComposer;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.rules.ChatRules;
import dev.sluice.testkit.openai.rules.Credentials;
import dev.sluice.testkit.openai.rules.EmbeddingRules;
import dev.sluice.testkit.openai.rules.RefusedException;
import dev.sluice.testkit.openai.rules.RefusedException.Reason;
import dev.sluice.testkit.openai.rules.ResponseRules;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Player;
import dev.sluice.testkit.provider.Violation;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Reply;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.WireFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
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

  private static final WireFormat CHAT = new ChatFormat();
  private static final WireFormat RESPONSES = new ResponsesFormat();
  private static final JsonMapper STRICT_JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final OpenAiConfig config;
  private final Books books;
  private final PrefixCache cache;
  private final ServiceEnvelope envelope;
  private final Player player;
  private final AtomicLong serial = new AtomicLong();
  private final String instance = Long.toString(System.nanoTime(), Character.MAX_RADIX);

  Api(OpenAiConfig config, Books books) {
    this.config = config;
    this.books = books;
    this.cache = new PrefixCache(config.clock(), config.retention().cachedPrefixesMax());
    this.envelope = new ServiceEnvelope(config);
    this.player = new Player(config.prices(), envelope, composer(config));
  }

  private static Composer composer(OpenAiConfig config) {
    var chat = new ChatComposer(config);
    var responses = new ResponseComposer(config);
    return (call, message, input, delivery) ->
        (call.format() instanceof ResponsesFormat ? responses : chat)
            .compose(call, message, input, delivery);
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
    var reason = new Reason("invalid_request_error", "", "");
    respond(requestId, exchange, envelope.refusal(problem.status(), message, reason));
  }

  private void answer(String requestId, HttpExchange exchange) throws IOException {
    var request = exchange.request();
    checkHeaders(requestId, request);
    var route = Route.of(request, config.door()).orElseThrow(() -> nowhere(request));
    checkMethod(request, route.endpoint());
    switch (route.endpoint()) {
      case CHAT -> chat(read(requestId, request, CHAT), exchange);
      case RESPONSES -> responses(read(requestId, request, RESPONSES), exchange);
      case INPUT_TOKENS -> inputTokens(read(requestId, request, RESPONSES), exchange);
      case EMBEDDINGS -> embeddings(read(requestId, request, CHAT), exchange);
      case MODELS -> models(requestId, exchange, route.rest());
    }
  }

  private void checkHeaders(String requestId, HttpRequest request) {
    var violations = Credentials.violations(request);
    violations.forEach(problem -> books.recorder().violation(new Violation(requestId, problem)));
    if (!violations.isEmpty()) {
      throw RefusedException.invalid(400, String.join("; ", violations), "", "");
    }
    Credentials.check(request, config.door());
  }

  private RefusedException nowhere(HttpRequest request) {
    return switch (config.door().host()) {
      case OPENAI ->
          RefusedException.invalid(
              404, "Invalid URL (%s %s)".formatted(request.method(), request.path()), "", "");
      case AZURE -> new RefusedException(404, "Resource not found", new Reason("", "", "404"));
    };
  }

  private static void checkMethod(HttpRequest request, Endpoint endpoint) {
    var expected = endpoint == Endpoint.MODELS ? "GET" : "POST";
    if (!request.method().equals(expected)) {
      throw RefusedException.invalid(
          405, "Only %s requests are accepted.".formatted(expected), "", "method_not_supported");
    }
  }

  private ApiCall read(String requestId, HttpRequest request, WireFormat format) {
    Credentials.checkContentType(request);
    var call = new ApiCall(requestId, request, json(request.body()), format);
    var deployment = Route.deployment(request.path());
    if (deployment.isPresent() && config.prices().find(deployment.get()).isEmpty()) {
      throw new RefusedException(
          404,
          "The API deployment for this resource does not exist. If you created the deployment"
              + " within the last 5 minutes, please wait a moment and try again.",
          new Reason("", "", "DeploymentNotFound"));
    }
    return call;
  }

  private static JsonNode json(byte[] body) {
    try {
      return STRICT_JSON.readTree(body);
    } catch (JacksonException e) {
      throw RefusedException.invalid(
          400,
          "We could not parse the JSON body of your request: " + e.getOriginalMessage(),
          "",
          "");
    }
  }

  private void chat(ApiCall call, HttpExchange exchange) throws IOException {
    ChatRules.check(call.body(), call.model(), config);
    var prompt = Prompts.ofChat(call.model(), call.body());
    var max = contextMax(call);
    if (prompt.count() > max) {
      var problem = config.quirks().contextProblem().formatted(max, prompt.count());
      throw RefusedException.invalid(400, problem, "messages", "context_length_exceeded");
    }
    play(call, exchange, prompt);
  }

  private void responses(ApiCall call, HttpExchange exchange) throws IOException {
    ResponseRules.check(call.body(), call.model(), config);
    var prompt = Prompts.ofResponse(call.model(), call.body());
    if (prompt.count() > contextMax(call)) {
      throw RefusedException.invalid(
          400,
          "Your input exceeds the context window of this model. Please adjust your input and try"
              + " again.",
          "input",
          "context_length_exceeded");
    }
    play(call, exchange, prompt);
  }

  private void inputTokens(ApiCall call, HttpExchange exchange) throws IOException {
    ResponseRules.checkCount(call.body(), call.model(), config);
    if (!playedFailure(call, exchange)) {
      var json = JsonNodeFactory.instance.objectNode().put("object", "response.input_tokens");
      json.put("input_tokens", Prompts.ofResponse(call.model(), call.body()).count());
      respond(call.requestId(), exchange, page(json.toString()));
    }
  }

  private long contextMax(ApiCall call) {
    return config.prices().find(call.model()).orElseThrow().contextTokensMax();
  }

  private void play(ApiCall call, HttpExchange exchange, PrefixPrompt prompt) throws IOException {
    var lifetime = Prompts.lifetime(call.body());
    var script = books.scripts().choose(call);
    books.bill().add(player.play(call, exchange, script, () -> cache.take(prompt, lifetime)));
  }

  private void embeddings(ApiCall call, HttpExchange exchange) throws IOException {
    EmbeddingRules.check(call.body(), call.model(), config);
    if (playedFailure(call, exchange)) {
      return;
    }
    var usage = new Usage(Prompts.countInputs(call.body().path("input")), 0, 0, 0, 0, 0);
    var page = page(Embeddings.of(call.model(), call.body(), usage.input()).toString());
    respond(call.requestId(), exchange, page);
    var usd = config.prices().find(call.model()).orElseThrow().cost(usage).stripTrailingZeros();
    var bytes = page.body().length();
    books
        .bill()
        .add(
            new BillEntry(
                call.requestId(), call.model(), 200, Outcome.COMPLETED, usage, usd, bytes));
  }

  private void models(String requestId, HttpExchange exchange, String id) throws IOException {
    var call = new ApiCall(requestId, exchange.request(), MissingNode.getInstance(), CHAT);
    if (!playedFailure(call, exchange)) {
      respond(requestId, exchange, page(Models.of(config, id).toString()));
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

  private void refuse(String requestId, HttpExchange exchange, RefusedException refusal)
      throws IOException {
    if (Route.isBilled(exchange.request())) {
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
    var page = envelope.refusal(refusal.status(), refusal.text(), refusal.reason());
    respond(requestId, exchange, page);
  }

  private static Reply.Page page(String json) {
    return new Reply.Page(200, "application/json", json);
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
