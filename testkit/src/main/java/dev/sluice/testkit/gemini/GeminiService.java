package dev.sluice.testkit.gemini;

import dev.sluice.testkit.anthropic.billing.PromptCache;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.cloud.Front;
import dev.sluice.testkit.cloud.StrictJson;
import dev.sluice.testkit.gemini.answer.GeminiComposer;
import dev.sluice.testkit.gemini.rules.Dialect;
import dev.sluice.testkit.gemini.rules.GeminiRules;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.provider.Player;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Reply;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The methods of a Gemini model, wherever it is served: checks a call, then plays its script.
public final class GeminiService {

  private static final GeminiFormat FORMAT = new GeminiFormat();

  private final Dialect dialect;
  private final PriceTable prices;
  private final Books books;
  private final PromptCache cache;
  private final Player player;

  public GeminiService(
      Dialect dialect, PriceTable prices, Envelope envelope, Books books, PromptCache cache) {
    this.dialect = dialect;
    this.prices = prices;
    this.books = books;
    this.cache = cache;
    this.player = new Player(prices, envelope, GeminiComposer::compose);
  }

  /// Answers a call whose path ends with `models/NAME:METHOD`.
  ///
  /// @param account whose prompts share a cache
  public void answer(String requestId, HttpExchange exchange, String account, Front front)
      throws IOException {
    var request = exchange.request();
    var call = new ApiCall(requestId, request, json(request), FORMAT);
    var method = request.path().substring(request.path().lastIndexOf(':') + 1);
    var price = price(call.model(), method);
    switch (method) {
      case "generateContent", "streamGenerateContent" -> {
        if (GeminiEmbedder.embeds(call.model())) {
          throw missing(call.model(), method);
        }
        checkManner(call);
        GeminiRules.check(call.body(), call.model(), price.outputTokensMax(), dialect);
        generate(call, exchange, account, price);
      }
      case "batchEmbedContents" -> {
        checkEmbeds(call.model(), method, Dialect.GEMINI_API);
        embed(call, exchange, front, GeminiEmbedder.batch(call.body(), call.model(), price));
      }
      case "predict" -> {
        checkEmbeds(call.model(), method, Dialect.VERTEX);
        embed(call, exchange, front, GeminiEmbedder.predict(call.body(), price));
      }
      case "countTokens" -> count(call, exchange, front);
      default -> throw missing(call.model(), method);
    }
  }

  private void generate(ApiCall call, HttpExchange exchange, String account, ModelPrice price)
      throws IOException {
    var prompt = GeminiPrompt.of(account, call.model(), call.body());
    if (prompt.tokens() > price.contextTokensMax()) {
      throw GeminiRules.invalid(
          "The input token count (%d) exceeds the maximum number of tokens allowed (%d)."
              .formatted(prompt.tokens(), price.contextTokensMax()));
    }
    var script = books.scripts().choose(call);
    books
        .bill()
        .add(player.play(call, exchange, script, () -> GeminiPrompt.billed(cache.take(prompt))));
  }

  private void checkEmbeds(String model, String method, Dialect of) {
    if (dialect != of || !GeminiEmbedder.embeds(model)) {
      throw missing(model, method);
    }
  }

  private void embed(
      ApiCall call, HttpExchange exchange, Front front, GeminiEmbedder.Embedded embedded)
      throws IOException {
    if (playedFailure(call, exchange)) {
      return;
    }
    front.respond(call.requestId(), exchange, embedded.page());
    var usage = embedded.usage();
    var usd = prices.find(call.model()).orElseThrow().cost(usage).stripTrailingZeros();
    var bytes = embedded.page().toString().length();
    books
        .bill()
        .add(
            new BillEntry(
                call.requestId(), call.model(), 200, Outcome.COMPLETED, usage, usd, bytes));
  }

  private boolean playedFailure(ApiCall call, HttpExchange exchange) throws IOException {
    Optional<Script> failure =
        books.scripts().byRule(call).filter(script -> !(script.reply() instanceof Reply.Message));
    if (failure.isPresent()) {
      player.fail(call, exchange, failure.get());
    }
    return failure.isPresent();
  }

  private void count(ApiCall call, HttpExchange exchange, Front front) throws IOException {
    var counted = GeminiRules.checkCount(call.body(), call.model(), dialect);
    if (playedFailure(call, exchange)) {
      return;
    }
    var tokens = GeminiPrompt.of("", call.model(), counted).tokens();
    var json = JsonNodeFactory.instance.objectNode().put("totalTokens", tokens);
    json.putArray("promptTokensDetails")
        .addObject()
        .put("modality", "TEXT")
        .put("tokenCount", tokens);
    front.respond(call.requestId(), exchange, json);
  }

  /// Without `alt=sse` the real service streams one JSON array, which nobody here reads.
  private static void checkManner(ApiCall call) {
    if (call.streams() && !call.request().query().equals("alt=sse")) {
      throw GeminiRules.invalid(
          "query: %s (expected: alt=sse, the only manner of streaming that is simulated)"
              .formatted(call.request().query()));
    }
  }

  private ModelPrice price(String model, String method) {
    return prices.find(model).orElseThrow(() -> missing(model, method));
  }

  private CloudRefusedException missing(String model, String method) {
    return new CloudRefusedException(
        404,
        "NOT_FOUND",
        switch (dialect) {
          case GEMINI_API ->
              "models/%s is not found for API version v1beta, or is not supported for %s."
                      .formatted(model, method)
                  + " Call ListModels to see the list of available models and their supported"
                  + " methods.";
          case VERTEX ->
              "Publisher Model `%s` was not found or your project does not have access to it."
                      .formatted(model)
                  + " Please ensure you are using a valid model version.";
        });
  }

  private static JsonNode json(HttpRequest request) {
    return StrictJson.read(
        request.body(),
        problem -> GeminiRules.invalid("Invalid JSON payload received. " + problem));
  }
}
