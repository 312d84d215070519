package dev.sluice.extproc.explain;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.embedding.EmbeddingScanner;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/// The request that is explained: the least one of its kind that is worth an answer.
record Sample(Endpoint endpoint, Body body, MessagesRequest request) {

  /// For embeddings, where that is what models of this name make.
  ///
  /// @param model as it is asked for
  static Sample of(KeyPolicy key, Snapshot snapshot, String model) {
    return switch (kind(key, snapshot, ModelPolicy.resolve(key, model))) {
      case TEXT -> message(key, model);
      case EMBEDDING -> embedding(model);
    };
  }

  private static Model.Kind kind(KeyPolicy key, Snapshot snapshot, String name) {
    var kind = Model.Kind.TEXT;
    for (var grant : key.grants()) {
      var upstream = snapshot.upstreams().get(grant.provider());
      var model = upstream == null ? null : upstream.model(name);
      if (model != null && model.kind() == Model.Kind.TEXT) {
        return Model.Kind.TEXT;
      }
      kind = model == null ? kind : model.kind();
    }
    return kind;
  }

  private static Sample message(KeyPolicy key, String model) {
    var root = JsonMapper.shared().createObjectNode();
    root.put("model", model).put("max_tokens", key.minOutputTokens());
    root.putArray("messages").addObject().put("role", "user").put("content", "hello");
    var body = body(root.toString());
    var request = RequestScanner.scan(body.bytes(), body.offset(), body.length());
    return new Sample(Endpoint.MESSAGES, body, request);
  }

  private static Sample embedding(String model) {
    var root = JsonMapper.shared().createObjectNode().put("model", model).put("input", "hello");
    var body = body(root.toString());
    var request = EmbeddingScanner.scan(body.bytes(), body.offset(), body.length());
    return new Sample(Endpoint.EMBEDDINGS, body, request);
  }

  private static Body body(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    return new Body(bytes, 0, bytes.length);
  }

  /// The bound by which money refuses, of a session that nothing is known of.
  LooseBound bound(Model model) {
    var bound = LooseBound.of(request, model.contextTokensMax());
    return switch (request.kind()) {
      case TEXT -> {
        var outline = BodyOutline.of(request, body.bytes(), body.offset(), body.length());
        yield bound.withCache(outline.cache());
      }
      case EMBEDDING -> bound;
    };
  }
}
