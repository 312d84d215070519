package dev.sluice.extproc.client;

import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.decode.Head;
import org.jspecify.annotations.Nullable;

/// Where a client that speaks OpenAI asks a model.
public enum OpenAiPath {
  CHAT("/v1/chat/completions"),
  RESPONSES("/v1/responses"),
  EMBEDDINGS("/v1/embeddings");

  private final String path;

  OpenAiPath(String path) {
    this.path = path;
  }

  /// Where the rest of the gateway is asked.
  public Endpoint inside() {
    return this == EMBEDDINGS ? Endpoint.EMBEDDINGS : Endpoint.MESSAGES;
  }

  /// Null for another path, and for another method.
  public static @Nullable OpenAiPath of(Head head) {
    var path = Endpoint.withoutOpenAiPrefix(head.path());
    for (var one : values()) {
      if (one.path.equals(path) && head.method().equals("POST")) {
        return one;
      }
    }
    return null;
  }
}
