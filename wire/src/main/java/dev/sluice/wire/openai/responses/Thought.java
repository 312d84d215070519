package dev.sluice.wire.openai.responses;

import dev.sluice.wire.translate.Seal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What of a reasoning item must come back: its id, and its content that only OpenAI can read. In a
/// signature it is `ID.CONTENT`.
///
/// @param id empty where the provider gave none
record Thought(String id, String encrypted) {

  /// Null where the item has nothing to come back.
  static @Nullable Thought of(JsonNode item) {
    var encrypted = item.path("encrypted_content").asString("");
    return encrypted.isEmpty() ? null : new Thought(item.path("id").asString(""), encrypted);
  }

  /// Null for what is another's, or broken.
  static @Nullable Thought of(@Nullable String sealed, String origin) {
    var seal = Seal.open(sealed);
    var signature = seal.isOf(origin) ? seal.signature() : null;
    int dot = signature == null ? -1 : signature.indexOf('.');
    return signature == null || dot < 0
        ? null
        : new Thought(signature.substring(0, dot), signature.substring(dot + 1));
  }

  String signature() {
    return id + "." + encrypted;
  }
}
