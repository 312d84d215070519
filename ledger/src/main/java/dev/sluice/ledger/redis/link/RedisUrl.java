package dev.sluice.ledger.redis.link;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where a Redis is and how to get in: one server, Sentinels or a cluster.
///
/// What is wrong with a URL is told without a piece of it: any piece may be of a password whose
/// special characters were not escaped.
///
/// @param nodes one server, one name that Sentinels know, or some nodes of a cluster
/// @param place the URL without user, password and options
public record RedisUrl(Topology topology, List<RedisURI> nodes, TlsFiles tls, String place) {

  /// How many servers there are, and who says which of them is the master.
  public enum Topology {
    ONE,
    SENTINEL,
    CLUSTER
  }

  public static final String EXPECTED =
      "a URL such as redis://127.0.0.1:6379, rediss://USER:PASSWORD@HOST:PORT/DATABASE with TLS,"
          + " redis-sentinel://HOST:PORT,HOST:PORT/DATABASE#MASTER,"
          + " redis-cluster://HOST:PORT,HOST:PORT or redis-socket:///PATH, with special characters"
          + " of the password escaped, as %40 for @ and %2F for /";

  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");
  private static final Pattern DATABASE = Pattern.compile("/?|/(\\d{1,5})");
  private static final int PORT_MAX = 65_535;
  private static final int PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;

  public RedisUrl {
    nodes = List.copyOf(nodes);
  }

  /// @throws IllegalArgumentException with what is wrong and what was expected
  public static RedisUrl parse(String text) {
    var uri = uri(text);
    var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    var options = UrlOptions.parse(uri.getRawQuery());
    return switch (scheme) {
      case "redis", "rediss" -> one(uri, options);
      case "redis-socket" -> socket(uri, options);
      case "redis-sentinel", "rediss-sentinel" -> sentinel(uri, options);
      case "redis-cluster", "rediss-cluster" -> cluster(uri, options);
      default -> throw bad("its scheme");
    };
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException _) {
      throw bad("its characters");
    }
  }

  private static IllegalArgumentException bad(String what) {
    return new IllegalArgumentException("redis url: " + what + " (expected: " + EXPECTED + ")");
  }

  private static RedisUrl one(URI uri, UrlOptions options) {
    options.allow("ca", "cert", "key", "verify");
    var hosts = hosts(uri, PORT);
    if (hosts.size() != 1 || uri.getRawFragment() != null) {
      throw bad("its host");
    }
    var node = hosts.getFirst();
    node.setDatabase(database(uri));
    return url(Topology.ONE, uri, hosts, options);
  }

  private static RedisUrl cluster(URI uri, UrlOptions options) {
    options.allow("ca", "cert", "key", "verify");
    if (database(uri) != 0 || uri.getRawFragment() != null) {
      throw bad("its database: a cluster has none but 0");
    }
    return url(Topology.CLUSTER, uri, hosts(uri, PORT), options);
  }

  private static RedisUrl sentinel(URI uri, UrlOptions options) {
    options.allow("ca", "cert", "key", "verify", "sentinelUser", "sentinelPassword");
    var master = uri.getFragment();
    if (master == null || master.isEmpty()) {
      throw bad("no name of a master after #");
    }
    var sentinels = hosts(uri, SENTINEL_PORT);
    var builder = RedisURI.builder().withSentinelMasterId(master).withDatabase(database(uri));
    for (var sentinel : sentinels) {
      secure(sentinel, uri, options);
      new Login(options.text("sentinelUser"), options.text("sentinelPassword")).apply(sentinel);
      builder.withSentinel(sentinel);
    }
    var node = builder.build();
    return url(Topology.SENTINEL, uri, List.of(node), options);
  }

  private static RedisUrl socket(URI uri, UrlOptions options) {
    options.allow("database");
    if (uri.getPath() == null || uri.getPath().length() < 2 || uri.getRawFragment() != null) {
      throw bad("its path");
    }
    var node = RedisURI.Builder.socket(uri.getPath()).build();
    node.setDatabase(options.number("database"));
    login(uri).apply(node);
    var place = "redis-socket://" + uri.getPath();
    return new RedisUrl(Topology.ONE, List.of(node), TlsFiles.NONE, place);
  }

  private static RedisUrl url(Topology how, URI uri, List<RedisURI> nodes, UrlOptions options) {
    for (var node : nodes) {
      secure(node, uri, options);
      login(uri).apply(node);
    }
    if (!encrypted(uri) && options.tls()) {
      throw bad("options of TLS without TLS");
    }
    return new RedisUrl(how, nodes, options.files(), place(uri));
  }

  private static boolean encrypted(URI uri) {
    return uri.getScheme().toLowerCase(Locale.ROOT).startsWith("rediss");
  }

  private static void secure(RedisURI node, URI uri, UrlOptions options) {
    node.setSsl(encrypted(uri));
    node.setVerifyPeer(options.verify());
  }

  private static Login login(URI uri) {
    var authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
    int at = authority.indexOf('@');
    if (at < 0) {
      return Login.NONE;
    }
    var login = authority.substring(0, at);
    int colon = login.indexOf(':');
    if (colon < 0 || authority.indexOf('@', at + 1) >= 0) {
      throw bad("its user and password");
    }
    return new Login(
        UrlOptions.decoded(login.substring(0, colon)),
        UrlOptions.decoded(login.substring(colon + 1)));
  }

  private static List<RedisURI> hosts(URI uri, int port) {
    return hosts(uri)
        .map(
            host -> {
              var given = host.group(2);
              int number = given == null ? port : Integer.parseInt(given);
              if (number < 1 || number > PORT_MAX) {
                throw bad("a port");
              }
              return RedisURI.create(host.group(1).replaceAll("[\\[\\]]", ""), number);
            })
        .toList();
  }

  private static Stream<Matcher> hosts(URI uri) {
    var authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
    var hosts = authority.substring(authority.lastIndexOf('@') + 1);
    return Stream.of(hosts.split(",", -1))
        .map(
            text -> {
              var host = HOST.matcher(text);
              if (!host.matches()) {
                throw bad("a host");
              }
              return host;
            });
  }

  private static int database(URI uri) {
    var path = DATABASE.matcher(Optional.ofNullable(uri.getRawPath()).orElse(""));
    if (!path.matches()) {
      throw bad("its database");
    }
    return path.group(1) == null ? 0 : Integer.parseInt(path.group(1));
  }

  private static String place(URI uri) {
    var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int port = scheme.endsWith("-sentinel") ? SENTINEL_PORT : PORT;
    var hosts =
        hosts(uri)
            .map(host -> host.group(2) == null ? host.group(1) + ":" + port : host.group())
            .collect(Collectors.joining(","));
    var master = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
    return scheme + "://" + hosts + master;
  }

  /// A user of the access control list, or the password of the one without a name.
  private record Login(String user, String password) {
    static final Login NONE = new Login("", "");

    void apply(RedisURI node) {
      if (!user.isEmpty()) {
        node.setAuthentication(user, password.toCharArray());
      } else if (!password.isEmpty()) {
        node.setAuthentication(password.toCharArray());
      }
    }

    @Override
    public String toString() {
      return "Login";
    }
  }

  /// Without user and password.
  @Override
  public String toString() {
    return "RedisUrl[" + place + "]";
  }
}
