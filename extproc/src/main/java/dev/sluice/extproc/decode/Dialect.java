package dev.sluice.extproc.decode;

import org.jspecify.annotations.Nullable;

/// Which variant of the provider's language a request speaks; a count of its tokens speaks the
/// same.
///
/// @param version of `anthropic-version`
/// @param betas of `anthropic-beta`, comma-separated
public record Dialect(@Nullable String version, @Nullable String betas) {

  private static final String COUNTING = "token-counting-2024-11-01";

  /// The dialect of the call that counts.
  public Dialect ofCount() {
    if (betas == null) {
      return new Dialect(version, COUNTING);
    }
    return betas.contains(COUNTING) ? this : new Dialect(version, betas + "," + COUNTING);
  }
}
