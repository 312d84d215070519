package dev.sluice.wire.conversation;

import dev.sluice.wire.conversation.Block.CacheMark;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a model may ask for.
public sealed interface Tool {

  String name();

  /// One that the client runs.
  ///
  /// @param description null without one
  /// @param schema of its input, a JSON schema of an object
  record Function(
      String name,
      @Nullable String description,
      JsonNode schema,
      boolean strict,
      @Nullable CacheMark cacheMark)
      implements Tool {}

  /// One that the client has put off: no part of the prompt before something refers to it, and a
  /// `Function` from then on.
  record Deferred(String name) implements Tool {}

  /// One that the provider runs, or whose schema only the provider knows.
  ///
  /// @param type for example `web_search_20250305`
  record Native(String name, String type, JsonNode json) implements Tool {}
}
