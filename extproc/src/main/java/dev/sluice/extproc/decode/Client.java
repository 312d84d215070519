package dev.sluice.extproc.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Who sent a request, as the client says; for attribution, and to choose a route.
///
/// @param version of Claude Code; null for another client
/// @param headers that routes look at, by their names in lower case
public record Client(
    @Nullable String sessionId,
    @Nullable String agentId,
    @Nullable String parentAgentId,
    @Nullable String version,
    Map<String, String> headers) {

  public static final Client UNKNOWN = new Client(null, null, null, null);

  private static final int CHARS_MAX = 128;
  private static final int HEADERS_MAX = 32;
  private static final int HEADER_CHARS_MAX = 1_024;
  private static final Set<String> HEADERS =
      Set.of("user-agent", "anthropic-beta", "x-sluice-fallbacks");
  private static final List<String> PRODUCTS = List.of("claude-cli/", "claude-code/");

  public Client {
    headers = Map.copyOf(headers);
  }

  public Client(
      @Nullable String sessionId,
      @Nullable String agentId,
      @Nullable String parentAgentId,
      @Nullable String version) {
    this(sessionId, agentId, parentAgentId, version, Map.of());
  }

  /// Cuts what is too long to be an identifier; what is empty is none.
  public static Client of(
      @Nullable String sessionId,
      @Nullable String agentId,
      @Nullable String parentAgentId,
      @Nullable String userAgent) {
    return new Client(cut(sessionId), cut(agentId), cut(parentAgentId), version(userAgent));
  }

  /// Whether a route may look at a header of this name.
  public static boolean keeps(String header) {
    return HEADERS.contains(header)
        || header.startsWith("x-claude-code-")
        || header.startsWith("x-sluice-tag-");
  }

  /// The same with what routes may look at: the first ones by name, and of each its beginning.
  public Client with(SortedMap<String, String> said) {
    var kept = new HashMap<String, String>();
    for (var header : said.entrySet()) {
      if (kept.size() < HEADERS_MAX) {
        kept.put(header.getKey(), beginning(header.getValue()));
      }
    }
    return new Client(sessionId, agentId, parentAgentId, version, kept);
  }

  private static String beginning(String value) {
    return value.length() <= HEADER_CHARS_MAX ? value : value.substring(0, HEADER_CHARS_MAX);
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
