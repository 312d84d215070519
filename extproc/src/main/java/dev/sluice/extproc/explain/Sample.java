package dev.sluice.extproc.explain;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.explain.Sketch.Trait;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.embedding.EmbeddingScanner;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The request that is explained: the least one of its kind that is worth an answer, and what is
/// supposed of it besides.
record Sample(Endpoint endpoint, Body body, MessagesRequest request) {

  private static final String WORD = "hello";

  /// For embeddings, where that is what models of this name make.
  ///
  /// @param model as it is asked for
  static Sample of(KeyPolicy key, Snapshot snapshot, String model, Sketch sketch) {
    return switch (kind(key, snapshot, ModelPolicy.resolve(key, model))) {
      case TEXT -> message(key, model, sketch);
      case EMBEDDING -> embedding(model, sketch);
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

  private static Sample message(KeyPolicy key, String model, Sketch sketch) {
    var root = JsonMapper.shared().createObjectNode();
    root.put("model", model).put("max_tokens", key.minOutputTokens());
    if (sketch.traits().contains(Trait.THINKING)) {
      root.putObject("thinking").put("type", "adaptive");
    }
    addTools(root, sketch);
    var message = root.putArray("messages").addObject().put("role", "user");
    if (sketch.traits().contains(Trait.DOCUMENT) || sketch.traits().contains(Trait.IMAGE)) {
      var content = message.putArray("content");
      addMedia(content, sketch);
      var text = content.addObject().put("type", "text").put("text", WORD);
      text.put("text", padded(root, sketch));
    } else {
      message.put("content", WORD);
      message.put("content", padded(root, sketch));
    }
    var body = body(root.toString());
    var request = RequestScanner.scan(body.bytes(), body.offset(), body.length());
    return new Sample(Endpoint.MESSAGES, body, request);
  }

  private static void addTools(ObjectNode root, Sketch sketch) {
    boolean searches = sketch.traits().contains(Trait.WEB_SEARCH);
    if (sketch.tools() == 0 && !searches) {
      return;
    }
    var tools = root.putArray("tools");
    for (int i = 1; i <= sketch.tools(); i++) {
      var tool = tools.addObject().put("name", "tool_" + i).put("description", WORD);
      tool.putObject("input_schema").put("type", "object");
    }
    if (searches) {
      var search = tools.addObject().put("type", "web_search_20250305");
      search.put("name", "web_search").put("max_uses", 1);
    }
  }

  private static void addMedia(ArrayNode content, Sketch sketch) {
    if (sketch.traits().contains(Trait.DOCUMENT)) {
      add(content, "document", "application/pdf", "JVBERi0xLjQK");
    }
    if (sketch.traits().contains(Trait.IMAGE)) {
      add(content, "image", "image/png", "iVBORw0KGgo=");
    }
  }

  private static void add(ArrayNode content, String type, String mediaType, String data) {
    var source = content.addObject().put("type", type).putObject("source");
    source.put("type", "base64").put("media_type", mediaType).put("data", data);
  }

  /// The text that makes the body as long as it is supposed to be.
  private static String padded(ObjectNode root, Sketch sketch) {
    long missing = Math.max(0, sketch.bytes() - root.toString().length());
    return WORD + " ".repeat((int) missing);
  }

  private static Sample embedding(String model, Sketch sketch) {
    var root = JsonMapper.shared().createObjectNode().put("model", model).put("input", WORD);
    root.put("input", padded(root, sketch));
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
