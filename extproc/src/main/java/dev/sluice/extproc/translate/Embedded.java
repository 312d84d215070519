package dev.sluice.extproc.translate;

import dev.sluice.core.provider.Service.Door;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.embedding.EmbeddingAnswer;
import dev.sluice.wire.embedding.EmbeddingAnswer.Asked;
import dev.sluice.wire.embedding.EmbeddingRequest;
import dev.sluice.wire.embedding.EmbeddingTranslator;
import dev.sluice.wire.json.Completeness;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Translator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A request for embeddings: in the client's own words where the provider speaks OpenAI's, with its
/// name of the model, else in the provider's.
///
/// @param errors tells what an answer with an error status says
/// @param answers reads an answer; null for one that passes as it is
record Embedded(
    String requestId, Outgoing outgoing, Translator errors, Translation.@Nullable Readings answers)
    implements Prepared {

  static Embedded of(Exchange.Facts facts, Body body) {
    var model = facts.route().model();
    var service = facts.route().upstream().service();
    var errors = Languages.of(service, model).translator();
    var translator = Languages.embeddings(service, model);
    if (translator == null) {
      var sent = Outgoing.json(path(facts), renamed(facts, body), ONE_PIECE, List.of());
      return new Embedded(facts.requestId(), sent, errors, null);
    }
    var read = EmbeddingRequest.read(body.bytes(), body.offset(), body.length());
    var asked = Asked.of(facts.request().model(), read);
    return new Embedded(
        facts.requestId(),
        translator.request(model.upstreamName(), read),
        errors,
        tokens -> new Reading(translator, asked, tokens));
  }

  private static final Outgoing.Expected ONE_PIECE = new Outgoing.Expected(false, Map.of());

  private static String path(Exchange.Facts facts) {
    var door = facts.route().upstream().service().door();
    if (door instanceof Door.Deployments(var apiVersion)) {
      var name = facts.route().model().upstreamName();
      var deployment = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
      return "/openai/deployments/" + deployment + "/embeddings?api-version=" + apiVersion;
    }
    return "/embeddings";
  }

  private static byte[] renamed(Exchange.Facts facts, Body body) {
    var edit = new BodyEdit();
    if (facts.isRenamed()) {
      edit.model(facts.request().modelSpan(), facts.route().model().upstreamName());
    }
    return edit.apply(body.bytes(), body.offset(), body.length());
  }

  @Override
  public Outgoing within(long outputTokens) {
    return outgoing;
  }

  @Override
  public Translation answer(Outgoing sent) {
    var read = answers;
    return new Translation(
        errors,
        requestId,
        read == null ? _ -> new WayBack.Fate.AsItIs() : WayBack.Fate.Whole::new,
        read == null ? _ -> Nothing.READ : read);
  }

  /// Of an answer that passes.
  private enum Nothing implements Translation.Reading {
    READ;

    @Override
    public byte[] read(byte[] part, int offset, int length) {
      throw new IllegalStateException("BUG: an answer that passes is read");
    }

    @Override
    public byte[] end() {
      throw new IllegalStateException("BUG: an answer that passes is read");
    }

    @Override
    public AnswerDecoder.Held held() {
      return AnswerDecoder.Held.NOTHING;
    }

    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public @Nullable JsonNode usage(@Nullable JsonNode passed) {
      return passed;
    }
  }

  private record Reading(EmbeddingAnswer answer, Completeness document)
      implements Translation.Reading {

    Reading(EmbeddingTranslator translator, Asked asked, @Nullable Long tokens) {
      this(new EmbeddingAnswer(translator, asked, tokens), new Completeness());
    }

    @Override
    public byte[] read(byte[] part, int offset, int length) {
      document.see(part, offset, length);
      answer.add(part, offset, length);
      return new byte[0];
    }

    @Override
    public byte[] end() {
      return answer.end();
    }

    @Override
    public AnswerDecoder.Held held() {
      return AnswerDecoder.Held.NOTHING;
    }

    @Override
    public boolean isWhole() {
      return document.isComplete();
    }

    @Override
    public @Nullable JsonNode usage(@Nullable JsonNode passed) {
      return answer.usage();
    }
  }
}
