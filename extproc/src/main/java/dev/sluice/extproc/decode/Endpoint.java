package dev.sluice.extproc.decode;

import dev.sluice.core.envoy.DataPlane;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the gateway serves.
public enum Endpoint {
  MESSAGES("POST", "/v1/messages"),
  EMBEDDINGS("POST", "/v1/embeddings"),
  COUNT_TOKENS("POST", "/v1/messages/count_tokens"),
  MODELS("GET", "/v1/models"),
  USAGE("GET", "/api/oauth/usage"),

  /// Tools: of all servers, or of one that the path names. The service of tools answers.
  TOOLS("POST", DataPlane.TOOLS_PATH);

  private static final String PREFIX = "/anthropic";
  private static final String OPENAI_PREFIX = "/openai";
  private static final Set<String> TOOLS_METHODS = Set.of("POST", "GET", "DELETE");
  private static final Pattern TOOLS_PATHS =
      Pattern.compile(Pattern.quote(DataPlane.TOOLS_PATH) + "(/[a-z0-9.-]{0,253})?");
  private static final Set<String> PROBES = Set.of("", "/", "/api/hello");

  private final String method;
  private final String path;

  Endpoint(String method, String path) {
    this.method = method;
    this.path = path;
  }

  public String method() {
    return method;
  }

  /// The path at the provider.
  public String path() {
    return path;
  }

  /// Whether a provider bills it.
  public boolean isBilled() {
    return this == MESSAGES || this == EMBEDDINGS;
  }

  /// Null for what is not served.
  public static @Nullable Endpoint of(Head head) {
    if (TOOLS_PATHS.matcher(head.path()).matches()) {
      return TOOLS_METHODS.contains(head.method()) ? TOOLS : null;
    }
    var path = withoutPrefix(head.path());
    for (var endpoint : values()) {
      if (endpoint != TOOLS
          && endpoint.path.equals(path)
          && endpoint.method.equals(head.method())) {
        // Anthropic has none, and below its prefix no filter speaks OpenAI's language.
        return endpoint == EMBEDDINGS && !path.equals(head.path()) ? null : endpoint;
      }
    }
    boolean lists = MODELS.path.equals(withoutOpenAiPrefix(path));
    return lists && head.method().equals(MODELS.method) ? MODELS : null;
  }

  /// Where a client that speaks OpenAI expects it.
  public static String withoutOpenAiPrefix(String path) {
    return without(OPENAI_PREFIX, path);
  }

  /// Whether this is a client's look whether anybody is there; it carries no key.
  public static boolean isProbe(Head head) {
    return head.method().equals("HEAD") && PROBES.contains(withoutPrefix(head.path()));
  }

  private static String withoutPrefix(String path) {
    return without(PREFIX, path);
  }

  private static String without(String prefix, String path) {
    boolean prefixed =
        path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    return prefixed ? path.substring(prefix.length()) : path;
  }
}
