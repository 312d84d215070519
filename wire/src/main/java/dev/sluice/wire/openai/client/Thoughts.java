package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Block;

/// What of a thought goes through a client in `encrypted_content`: its signature, or, marked, the
/// thought itself where only its origin can read it.
public final class Thoughts {

  /// No signature has a colon.
  private static final String SEALED = "sealed:";

  private Thoughts() {}

  public static String sealed(String data) {
    return SEALED + data;
  }

  static Block read(String text, String encrypted) {
    return encrypted.startsWith(SEALED)
        ? new Block.SealedThinking(encrypted.substring(SEALED.length()))
        : new Block.Thinking(text, encrypted);
  }
}
