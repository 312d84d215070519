package dev.sluice.extproc.translate;

import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service.Door;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.translate.Languages.Spoken;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.message.CloudCount;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.bedrock.BedrockCount;
import dev.sluice.wire.json.CountedTokens;
import dev.sluice.wire.translate.Counter;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.UntranslatableException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A count of tokens in its provider's words, and how the answer to it is read.
public record Counting(Outgoing question, Answers answers) {

  /// Of OpenAI's language at Azure, whose reference has no count.
  private static final String AZURE_PATH = "/openai/v1";

  /// Reads the tokens off a whole answer.
  public interface Answers {

    /// @throws MalformedBodyException if it does not tell them
    long tokens(byte[] answer, int offset, int length);
  }

  /// Whether the language of the provider has a count.
  public static boolean isSpoken(Exchange.Facts facts) {
    var route = facts.route();
    return switch (Languages.of(route.upstream().service(), route.model())) {
      case Spoken.Foreign foreign -> foreign.counter() != null && !isAzure(route.upstream());
      case Spoken.Framed _ -> true;
    };
  }

  private static boolean isAzure(Upstream upstream) {
    return AZURE_PATH.equals(upstream.endpoint().getPath());
  }

  /// Null for what the provider's language has no word for: then only a guess is left.
  public static @Nullable Counting prepare(Exchange.Facts facts, Dialect dialect, Body body) {
    var route = facts.route();
    try {
      return switch (Languages.of(route.upstream().service(), route.model())) {
        case Spoken.Foreign foreign -> told(foreign.counter(), facts, body);
        case Spoken.Framed framed -> framed(framed.door(), facts, dialect, body);
      };
    } catch (UntranslatableException | MalformedBodyException _) {
      return null;
    }
  }

  private static @Nullable Counting told(
      @Nullable Counter counter, Exchange.Facts facts, Body body) {
    if (counter == null) {
      return null;
    }
    var conversation = MessagesReader.read(body.bytes(), body.offset(), body.length());
    var question = counter.question(conversation.of(facts.route().model().upstreamName()));
    return new Counting(question, counter::tokens);
  }

  private static Counting framed(Door door, Exchange.Facts facts, Dialect dialect, Body body) {
    var model = facts.route().model().upstreamName();
    var betas = dialect.betas() == null ? List.<String>of() : List.of(dialect.betas());
    return switch (door) {
      case Door.Own() -> atBedrock(model, betas, facts, body);
      case Door.Project(var project, var location) -> {
        var path = Reframed.vertexModels(project, location) + "count-tokens:rawPredict";
        var edited = CloudCount.atVertex(model, betas, body.bytes(), body.offset(), body.length());
        yield new Counting(
            question(path, edited.body(), edited),
            (answer, offset, length) -> CountedTokens.read(answer, offset, length, "input_tokens"));
      }
      case Door.Deployments _ -> throw new IllegalStateException("BUG: Azure serves no Claude");
    };
  }

  /// A model that thinks with a budget must be let write more than that.
  private static Counting atBedrock(
      String model, List<String> betas, Exchange.Facts facts, Body body) {
    var request = facts.request();
    long limit = request.maxTokens() == null ? request.thinking().budgetTokens() + 1 : 0;
    var edited = CloudCount.atBedrock(limit, betas, body.bytes(), body.offset(), body.length());
    var question = question(BedrockCount.path(model), BedrockCount.ofInvoke(edited.body()), edited);
    return new Counting(question, BedrockCount::tokens);
  }

  private static Outgoing question(String path, byte[] body, MessagesEdit.Edited edited) {
    var headers = new TreeMap<>(Map.of("content-type", "application/json"));
    if (!edited.betas().isEmpty()) {
      headers.put("anthropic-beta", String.join(",", edited.betas()));
    }
    var expected = new Outgoing.Expected(false, Map.of());
    return new Outgoing(path, headers, body, expected, edited.untold());
  }
}
