package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Block.CacheMark;
import org.jspecify.annotations.Nullable;

/// A part of a message, in the terms that OpenAI's languages share.
public sealed interface Part {

  record Text(String text, @Nullable CacheMark cacheMark) implements Part {}

  /// @param url of the web, or with the image in it
  record Image(String url) implements Part {}

  /// A PDF document.
  ///
  /// @param url of the web, or with the document in it
  record File(String name, String url) implements Part {

    public boolean inside() {
      return url.startsWith("data:");
    }
  }
}
