package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.anthropic.billing.PromptCache;
import dev.sluice.testkit.anthropic.rules.OutputLimits;
import dev.sluice.testkit.aws.KeyRing;
import dev.sluice.testkit.aws.SignatureVerifier;
import dev.sluice.testkit.aws.TemporaryKeysApi;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.cloud.ClaudeBody.ClaudeModel;
import dev.sluice.testkit.cloud.ClaudeFormat;
import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.cloud.Endpoints;
import dev.sluice.testkit.cloud.Front;
import dev.sluice.testkit.cloud.StrictJson;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.provider.Player;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The operations of the runtime: checks a call as the real service does, then plays its script.
final class BedrockApi implements Endpoints {

  private static final BedrockEnvelope ENVELOPE = new BedrockEnvelope();

  private final BedrockConfig config;
  private final Books books;
  private final Front front;
  private final SignatureVerifier signatures;
  private final TemporaryKeysApi temporaryKeys;
  private final ModelIds models;
  private final PromptCache cache;
  private final Player invokePlayer;
  private final Player conversePlayer;

  BedrockApi(BedrockConfig config, Books books, KeyRing keys, TemporaryKeysApi temporaryKeys) {
    this.config = config;
    this.books = books;
    this.front = new Front(books, BedrockSimulator.FORBIDDEN, this);
    this.signatures = new SignatureVerifier(config.region(), "bedrock", keys, config.clock());
    this.temporaryKeys = temporaryKeys;
    this.models = new ModelIds(config);
    this.cache = new PromptCache(config.clock(), config.retention().cachedPrefixesMax());
    this.invokePlayer = new Player(config.prices(), ENVELOPE, new InvokeFrames());
    this.conversePlayer = new Player(config.prices(), ENVELOPE, new ConverseFrames());
  }

  Front front() {
    return front;
  }

  /// A path of this form: `/model/ID/OPERATION`.
  private record Target(String model, String operation) {

    static Target of(HttpRequest request) {
      var parts = request.path().split("/", -1);
      if (parts.length != 4 || !parts[1].equals("model") || !request.method().equals("POST")) {
        throw unknownOperation();
      }
      return new Target(parts[2], parts[3]);
    }
  }

  @Override
  public void answer(String requestId, HttpExchange exchange) throws IOException {
    if (TemporaryKeysApi.serves(exchange.request())) {
      temporaryKeys.answer(requestId, exchange);
      return;
    }
    var account = authenticate(exchange.request());
    var target = Target.of(exchange.request());
    var operation = target.operation();
    switch (operation) {
      case "invoke", "invoke-with-response-stream" -> {
        var model = models.resolve(target.model());
        if (BedrockEmbedder.embeds(model) && operation.equals("invoke")) {
          embed(requestId, exchange, model);
          return;
        }
        var call = invoke(requestId, exchange.request(), target, operation.endsWith("stream"));
        generate(call, exchange, account, invokePlayer);
      }
      case "converse", "converse-stream" -> {
        var call = converse(requestId, exchange.request(), target, operation.endsWith("stream"));
        generate(call, exchange, account, conversePlayer);
      }
      case "count-tokens" -> count(requestId, exchange, models.resolveCounted(target.model()));
      default -> throw unknownOperation();
    }
  }

  @Override
  public boolean generates(HttpRequest request) {
    return request.path().startsWith("/model/") && !request.path().endsWith("/count-tokens");
  }

  @Override
  public Envelope envelope(HttpRequest request) {
    return ENVELOPE;
  }

  @Override
  public List<Header> headers(Reply.Failure failure) {
    return List.of(BedrockEnvelope.errorType(failure));
  }

  private String authenticate(HttpRequest request) {
    var bearer =
        request.header("authorization").filter(value -> value.startsWith("Bearer ")).stream()
            .map(value -> value.substring("Bearer ".length()))
            .findFirst();
    if (bearer.isEmpty()) {
      return signatures.verify(request);
    }
    return bearer
        .filter(config.apiKeys()::contains)
        .orElseThrow(
            () ->
                new CloudRefusedException(
                    403,
                    "AccessDeniedException",
                    "Authentication failed: Please make sure your API Key is valid."));
  }

  private ApiCall invoke(String requestId, HttpRequest request, Target target, boolean streams) {
    var model = models.resolve(target.model());
    var body = InvokeRules.check(model(model), json(request.body()));
    return new ApiCall(requestId, request, body, new ClaudeFormat(streams));
  }

  private ApiCall converse(String requestId, HttpRequest request, Target target, boolean streams) {
    var model = models.resolve(target.model());
    var json = json(request.body());
    ConverseRules.check(json, price(model).outputTokensMax());
    var body = InvokeRules.checkConverse(model(model), json, price(model).outputTokensMax());
    return new ApiCall(requestId, request, body, new ClaudeFormat(streams));
  }

  private void generate(ApiCall call, HttpExchange exchange, String account, Player player)
      throws IOException {
    var prompt = Prompt.of(account, call.body());
    if (prompt.tokens() > price(call.model()).contextTokensMax()) {
      throw Member.refusal("Input is too long for requested model.");
    }
    var script = told(call, books.scripts().choose(call));
    books.bill().add(player.play(call, exchange, script, () -> cache.take(prompt)));
  }

  private void embed(String requestId, HttpExchange exchange, String model) throws IOException {
    var json = json(exchange.request().body());
    var embedded = BedrockEmbedder.answer(model, json, price(model));
    var call = new ApiCall(requestId, exchange.request(), json, new ClaudeFormat(false));
    var failure =
        books.scripts().byRule(call).filter(script -> !(script.reply() instanceof Reply.Message));
    if (failure.isPresent()) {
      invokePlayer.fail(call, exchange, told(call, failure.get()));
      return;
    }
    var body = embedded.page().toString().getBytes(StandardCharsets.UTF_8);
    var headers = new ArrayList<>(ENVELOPE.headers(requestId, "application/json"));
    headers.addAll(embedded.headers());
    exchange.respond(200, headers, body, body.length);
    var usd = price(model).cost(embedded.usage()).stripTrailingZeros();
    books
        .bill()
        .add(
            new BillEntry(
                requestId, model, 200, Outcome.COMPLETED, embedded.usage(), usd, body.length));
  }

  private void count(String requestId, HttpExchange exchange, String model) throws IOException {
    var json = json(exchange.request().body());
    var body = InvokeRules.checkCount(model(model), json, price(model).outputTokensMax());
    var call = new ApiCall(requestId, exchange.request(), body, new ClaudeFormat(false));
    Optional<Script> failure =
        books.scripts().byRule(call).filter(script -> !(script.reply() instanceof Reply.Message));
    if (failure.isPresent()) {
      conversePlayer.fail(call, exchange, told(call, failure.get()));
      return;
    }
    var tokens = Prompt.of("", body).tokens();
    ObjectNode counted = JsonNodeFactory.instance.objectNode().put("inputTokens", tokens);
    front.respond(requestId, exchange, counted);
  }

  /// A failure with the header that names its type.
  private static Script told(ApiCall call, Script script) {
    if (script.reply() instanceof Reply.Failure failure) {
      return told(script, failure);
    }
    return script
        .delivery()
        .midError()
        .filter(_ -> !call.streams())
        .map(error -> told(script, failure(error)))
        .orElse(script);
  }

  private static Script told(Script script, Reply.Failure failure) {
    var header = BedrockEnvelope.errorType(failure);
    return script.header(header.name(), header.value());
  }

  private static Reply.Failure failure(Delivery.Break error) {
    return new Reply.Failure(ENVELOPE.status(error), error.type(), error.message());
  }

  private ClaudeModel model(String id) {
    OutputLimits limits = name -> config.prices().find(name).map(ModelPrice::outputTokensMax);
    return new ClaudeModel(id, limits);
  }

  private ModelPrice price(String model) {
    return config.prices().find(model).orElseThrow();
  }

  private static JsonNode json(byte[] body) {
    return StrictJson.read(
        body, problem -> new CloudRefusedException(400, "SerializationException", problem));
  }

  private static CloudRefusedException unknownOperation() {
    return new CloudRefusedException(404, "UnknownOperationException", "Unknown operation");
  }
}
