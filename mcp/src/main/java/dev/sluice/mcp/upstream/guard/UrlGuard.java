package dev.sluice.mcp.upstream.guard;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Finds the addresses of a host, and lets only those through that may be called.
///
/// Who connects takes the addresses that come out of here, so that a name that leads elsewhere the
/// second time it is asked for gains nothing.
public final class UrlGuard {

  /// Looks a name up.
  public interface Resolver {
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  private static final String EXPECTED =
      " (expected: a host elsewhere, or one that the gateway's --mcp-allow names)";
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final Supplier<GuardRules> rules;
  private final Resolver resolver;
  private final OwnAddresses own = new OwnAddresses();

  public UrlGuard(GuardRules rules, Resolver resolver) {
    this(() -> rules, resolver);
  }

  /// @param rules as they are now: they change with the policy
  public UrlGuard(Supplier<GuardRules> rules, Resolver resolver) {
    this.rules = rules;
    this.resolver = resolver;
  }

  /// What can be said of a URL without looking its host up.
  public void check(URI url) throws CallException {
    if (!SCHEMES.contains(url.getScheme()) || url.getHost() == null) {
      throw forbidden("a URL of another kind (expected: http or https, with a host)");
    }
    if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw forbidden("a URL with a user or a fragment (expected: neither)");
    }
    var host = host(url);
    var now = rules.get();
    if (now.refuses(host) && !now.allows(host, port(url))) {
      throw forbidden(host + " may not be called" + EXPECTED);
    }
  }

  /// The addresses of the URL's host; if one of them may not be called, none is.
  public List<InetAddress> addresses(URI url) throws CallException {
    check(url);
    var host = host(url);
    var found = lookUp(host);
    for (var address : found) {
      if (!lets(url, address)) {
        throw forbidden(host + " has an address that may not be called" + EXPECTED);
      }
    }
    return found;
  }

  /// Whether the URL's host may be called at this address, which was found for it.
  public boolean lets(URI url, InetAddress address) {
    var now = rules.get();
    var port = port(url);
    return now.allows(host(url), port)
        || now.allows(address, port)
        || !(now.refuses(address, port) || own.contains(address));
  }

  public static String host(URI url) {
    return url.getHost().replace("[", "").replace("]", "");
  }

  public static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return url.getScheme().equals("https") ? 443 : 80;
  }

  private List<InetAddress> lookUp(String host) throws CallException {
    try {
      var found = resolver.addresses(host);
      if (!found.isEmpty()) {
        return found;
      }
    } catch (UnknownHostException _) {
      // The same as a host without an address.
    }
    throw CallException.of(Reason.UNREACHABLE, Effect.NEVER_RUN, host + ": no such host");
  }

  private static CallException forbidden(String detail) {
    return CallException.of(Reason.FORBIDDEN_ADDRESS, Effect.NEVER_RUN, detail);
  }
}
