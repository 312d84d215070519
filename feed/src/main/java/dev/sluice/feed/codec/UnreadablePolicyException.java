package dev.sluice.feed.codec;

import org.jspecify.annotations.Nullable;

/// A policy that cannot be read: it is damaged, or of a later version than this program's.
public final class UnreadablePolicyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreadablePolicyException(String message) {
    this(message, null);
  }

  public UnreadablePolicyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
