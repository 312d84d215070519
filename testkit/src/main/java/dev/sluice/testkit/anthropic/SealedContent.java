package dev.sluice.testkit.anthropic;

/// What of a search only the provider can read; it takes back no other.
public final class SealedContent {

  /// Of a page.
  public static final String PAGE = "c2VhcmNoIHJlc3VsdA".repeat(20);

  private SealedContent() {}
}
