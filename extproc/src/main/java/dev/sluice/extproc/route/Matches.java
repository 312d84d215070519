package dev.sluice.extproc.route;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.extproc.decode.Client;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compares requests with what rules say of them.
public final class Matches {

  static final String AGENT_TYPE = "x-claude-code-agent-type";
  static final String REQUEST_CLASS = "x-claude-code-request-class";

  private Matches() {}

  /// The first field of a match of the key's that does not fit, as manifests spell it; null where
  /// all fit.
  ///
  /// @param name that is asked, once its alias is resolved; perhaps with a provider
  public static @Nullable String mismatch(
      Routing routing, Match match, String name, Asking asking) {
    var model = name.substring(name.indexOf('/') + 1);
    var request = asking.request();
    if (!fits(match.models(), model)) {
      return "model";
    }
    if (match.tier() != null && match.tier() != Tier.of(model)) {
      return "tier";
    }
    if (match.thinking() != null && match.thinking() != request.thinking().asked()) {
      return "thinking";
    }
    if (!within(match.bytesMin(), request.bodyBytes(), match.bytesMax())) {
      return "size";
    }
    if (!within(match.toolsMin(), request.tools(), match.toolsMax())) {
      return "tools";
    }
    if (match.complexity() != null
        && match.complexity() != Complexities.of(routing.simplicity(), asking)) {
      return "complexity";
    }
    return client(match, asking.client());
  }

  private static @Nullable String client(Match match, Client client) {
    if (!fits(match.sessions(), client.sessionId())) {
      return "session";
    }
    if (!fits(match.agentTypes(), client.headers().get(AGENT_TYPE))) {
      return "agentType";
    }
    if (!fits(match.requestClasses(), client.headers().get(REQUEST_CLASS))) {
      return "requestClass";
    }
    return header(match.headers(), client.headers());
  }

  private static @Nullable String header(Map<String, Globs> wanted, Map<String, String> headers) {
    for (var header : wanted.entrySet()) {
      if (!fits(header.getValue(), headers.get(header.getKey()))) {
        return "header";
      }
    }
    return null;
  }

  private static boolean within(@Nullable Long least, long value, @Nullable Long most) {
    return (least == null || value >= least) && (most == null || value <= most);
  }

  /// What the request does not say fits no glob.
  private static boolean fits(@Nullable Globs globs, @Nullable String said) {
    return globs == null || (said != null && globs.matches(said));
  }
}
