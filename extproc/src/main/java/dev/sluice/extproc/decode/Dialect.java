package dev.sluice.extproc.decode;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which variant of the provider's language a request speaks; a count of its tokens speaks the
/// same.
///
/// @param version of `anthropic-version`
/// @param betas of `anthropic-beta`, comma-separated
public record Dialect(@Nullable String version, @Nullable String betas) {

  private static final String COUNTING = "token-counting-2024-11-01";

  /// Begins the beta, whatever its date, in which Anthropic itself has a member `fallbacks`.
  private static final String FALLBACKS = "server-side-fallback-";

  /// Whether the member `fallbacks` is the provider's: the models that it asks by itself where the
  /// first one declines.
  public boolean hasFallbacks() {
    return betas != null
        && Stream.of(betas.split(",", -1)).anyMatch(beta -> beta.strip().startsWith(FALLBACKS));
  }

  /// The dialect of the call that counts.
  public Dialect ofCount() {
    if (betas == null) {
      return new Dialect(version, COUNTING);
    }
    return betas.contains(COUNTING) ? this : new Dialect(version, betas + "," + COUNTING);
  }
}
