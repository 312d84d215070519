package dev.sluice.extproc.client;

import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.decode.Head;
import org.jspecify.annotations.Nullable;

/// Where a client that speaks OpenAI asks for an answer of a model.
public enum OpenAiPath {
  CHAT("/v1/chat/completions"),
  RESPONSES("/v1/responses");

  private final String path;

  OpenAiPath(String path) {
    this.path = path;
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
