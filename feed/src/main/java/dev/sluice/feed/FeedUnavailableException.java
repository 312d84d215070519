package dev.sluice.feed;

import org.jspecify.annotations.Nullable;

/// Redis did not answer, or answered with an error of its own; in one sentence.
public final class FeedUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FeedUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
