package dev.sluice.extproc.translate;

import dev.sluice.core.provider.Service.Door;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.anthropic.message.VertexEvents;
import dev.sluice.wire.bedrock.InvokeDecoder;
import dev.sluice.wire.translate.Outgoing;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A request to Claude in a cloud: the client's own words in the cloud's frame.
///
/// @param betas of the client, comma-separated
record Reframed(
    Languages.Spoken.Framed spoken, Exchange.Facts facts, @Nullable String betas, Body body)
    implements Prepared {

  @Override
  public Outgoing within(long outputTokens) {
    var shorter = shortened(outputTokens);
    var edited =
        MessagesEdit.edit(
            spoken.frame(), told(), shorter.bytes(), shorter.offset(), shorter.length());
    var headers = new TreeMap<>(Map.of("content-type", "application/json"));
    if (!edited.betas().isEmpty()) {
      headers.put("anthropic-beta", String.join(",", edited.betas()));
    }
    var expected = new Outgoing.Expected(facts.request().stream(), Map.of());
    return new Outgoing(path(), headers, edited.body(), expected, edited.untold());
  }

  /// Those of the client, and what Google wants to hear before it searches.
  private List<String> told() {
    var all = new ArrayList<String>();
    if (betas != null) {
      all.add(betas);
    }
    if (spoken.frame() == CloudFrame.VERTEX && facts.request().serverTools().webSearches() > 0) {
      all.add(CloudFrame.WEB_SEARCH);
    }
    return all;
  }

  /// Clouds, too, refuse a number of tokens that is too high for the model.
  private Body shortened(long outputTokens) {
    var asked = facts.request().maxTokens();
    var known = facts.route().model().outputTokensMax();
    long most = known == null ? outputTokens : Math.min(outputTokens, known);
    if (asked == null || asked.tokens() <= most) {
      return body;
    }
    var edit = new BodyEdit().maxTokens(asked.span(), most);
    var bytes = edit.apply(body.bytes(), body.offset(), body.length());
    return new Body(bytes, 0, bytes.length);
  }

  private String path() {
    var model = segment(facts.route().model().upstreamName());
    boolean stream = facts.request().stream();
    return switch (spoken.door()) {
      case Door.Own() -> "/model/" + model + (stream ? "/invoke-with-response-stream" : "/invoke");
      case Door.Project(var project, var location) ->
          vertexModels(project, location)
              + model.replace("%40", "@")
              + (stream ? ":streamRawPredict" : ":rawPredict");
      case Door.Deployments _ -> throw new IllegalStateException("BUG: Azure serves no Claude");
    };
  }

  /// What the paths of Claude's models begin with.
  static String vertexModels(String project, String location) {
    return "/v1/projects/"
        + segment(project)
        + "/locations/"
        + segment(location)
        + "/publishers/anthropic/models/";
  }

  /// An id is one segment: AWS wants the colons and slashes of an ARN encoded.
  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /// What Claude answers is in the client's words already, but for what clouds make of its streams:
  /// Bedrock's frames, and Google's own events.
  @Override
  public Translation answer(Outgoing sent) {
    boolean atGoogle = spoken.frame() == CloudFrame.VERTEX;
    return new Translation(
        spoken.translator(),
        facts.requestId(),
        sent.expected().stream() ? WayBack.Fate.Stream::new : _ -> new WayBack.Fate.AsItIs(),
        _ -> atGoogle ? fromGoogle() : fromAmazon());
  }

  private static Decoded fromGoogle() {
    var events = new VertexEvents();
    return new Decoded(events::read, events::end, events::ended, events::heldBytes);
  }

  private static Decoded fromAmazon() {
    var decoder = new InvokeDecoder();
    return new Decoded(decoder::read, decoder::end, decoder::ended, decoder::heldBytes);
  }
}
