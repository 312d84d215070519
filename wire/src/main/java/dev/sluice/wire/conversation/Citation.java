package dev.sluice.wire.conversation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a text rests on.
public sealed interface Citation {

  /// A page of the web.
  ///
  /// @param title empty where the provider tells none
  /// @param quoted of the page; empty where the provider tells nothing
  /// @param sealed the place in it that only its origin can read; null where it gave none
  record Web(String url, String title, String quoted, @Nullable String sealed)
      implements Citation {}

  /// A place in what the client gave, in the words of the Messages API.
  record Given(JsonNode json) implements Citation {}
}
