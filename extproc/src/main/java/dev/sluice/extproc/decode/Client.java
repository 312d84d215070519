package dev.sluice.extproc.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who sent a request, as the client says; for attribution only.
///
/// @param version of Claude Code; null for another client
public record Client(
    @Nullable String sessionId,
    @Nullable String agentId,
    @Nullable String parentAgentId,
    @Nullable String version) {

  public static final Client UNKNOWN = new Client(null, null, null, null);

  private static final int CHARS_MAX = 128;
  private static final List<String> PRODUCTS = List.of("claude-cli/", "claude-code/");

  /// Cuts what is too long to be an identifier; what is empty is none.
  public static Client of(
      @Nullable String sessionId,
      @Nullable String agentId,
      @Nullable String parentAgentId,
      @Nullable String userAgent) {
    return new Client(cut(sessionId), cut(agentId), cut(parentAgentId), version(userAgent));
  }

  private static @Nullable String cut(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return null;
    }
    return value.length() <= CHARS_MAX ? value : value.substring(0, CHARS_MAX);
  }

  private static @Nullable String version(@Nullable String userAgent) {
    if (userAgent == null) {
      return null;
    }
    for (var product : PRODUCTS) {
      if (userAgent.startsWith(product)) {
        int end = userAgent.indexOf(' ');
        return cut(userAgent.substring(product.length(), end < 0 ? userAgent.length() : end));
      }
    }
    return null;
  }
}
