package dev.sluice.operator;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.operator.tls.AdsCertificates;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the command line says.
///
/// @param redis where policy goes and what is spent is
/// @param ads where Envoys ask for their configuration; port 0 stands for any free one
/// @param adsTls the folder with `ca.crt`, `tls.crt` and `tls.key`; null on loopback only
/// @param adsAuthority the Secrets of an authority of our own, in the place of that folder
/// @param admin where probes and Prometheus ask; port 0 stands for any free one
/// @param listenerSecret with what gateways show to clients; null where those speak plain HTTP
/// @param namespaces to watch; all where it is empty
/// @param namespace the operator's own, for its Lease
/// @param id of this replica
public record OperatorOptions(
    RedisConfig redis,
    InetSocketAddress ads,
    @Nullable Path adsTls,
    AdsCertificates.@Nullable Names adsAuthority,
    InetSocketAddress admin,
    @Nullable ObjectName listenerSecret,
    Set<String> namespaces,
    String namespace,
    String id) {

  static final String USAGE =
      """
      sluice operator --redis URL [options]

        --redis URL           the Redis of the gateways; default $SLUICE_REDIS
        --installation NAME   as the gateways have it; default sluice
        --ads HOST:PORT       where Envoys ask for their configuration; default 127.0.0.1:18000
        --ads-tls DIR         ca.crt, tls.crt and tls.key; needed unless HOST is loopback
        --ads-authority NAME  instead: Secrets NAME-authority, NAME-operator and NAME-gateway in
                              the operator's namespace, which it makes and renews
        --ads-name HOST       with it: as the gateways' --ads has the operator
        --admin HOST:PORT     /healthz, /readyz and /metrics; default 127.0.0.1:18081
        --listener-tls-secret NAME
                              a Secret kubernetes.io/tls of the operator's namespace: what gateways
                              with --listen-tls show to clients
        --watch NAMESPACES    comma-separated; default all
        --namespace NAME      the operator's own; default $POD_NAMESPACE, else default
        --id NAME             of this replica; default $HOSTNAME, else sluice-operator
      """;

  private static final Pattern ADDRESS = Pattern.compile("([A-Za-z0-9.:\\[\\]-]+):(\\d{1,5})");

  public OperatorOptions {
    namespaces = Set.copyOf(namespaces);
  }

  /// @throws IllegalArgumentException with a sentence for whoever wrote it
  public static OperatorOptions parse(List<String> arguments, Map<String, String> environment) {
    var redis = environment.getOrDefault("SLUICE_REDIS", "");
    var installation = RedisConfig.INSTALLATION;
    var ads = address("--ads", "127.0.0.1:18000");
    var admin = address("--admin", "127.0.0.1:18081");
    Path adsTls = null;
    var authority = "";
    var name = "";
    var listener = "";
    var watch = "";
    var namespace = environment.getOrDefault("POD_NAMESPACE", "default");
    var id = environment.getOrDefault("HOSTNAME", "sluice-operator");
    for (var left = words(arguments).iterator(); left.hasNext(); ) {
      var option = left.next();
      switch (option) {
        case "--redis" -> redis = value(option, left);
        case "--installation" -> installation = value(option, left);
        case "--ads" -> ads = address(option, value(option, left));
        case "--ads-tls" -> adsTls = Path.of(value(option, left));
        case "--ads-authority" -> authority = value(option, left);
        case "--ads-name" -> name = value(option, left);
        case "--admin" -> admin = address(option, value(option, left));
        case "--listener-tls-secret" -> listener = value(option, left);
        case "--watch" -> watch = value(option, left);
        case "--namespace" -> namespace = value(option, left);
        case "--id" -> id = value(option, left);
        default ->
            throw new IllegalArgumentException(
                option + " (expected: an option of sluice operator --help)");
      }
    }
    if (redis.isEmpty()) {
      throw new IllegalArgumentException("--redis is missing (expected: the URL of a Redis)");
    }
    if (authority.isEmpty() != name.isEmpty()) {
      throw new IllegalArgumentException(
          "%s (expected: --ads-authority and --ads-name)"
              .formatted(name.isEmpty() ? "--ads-authority" : "--ads-name"));
    }
    var own = authority.isEmpty() ? null : new AdsCertificates.Names(namespace, authority, name);
    checkSecured(ads, adsTls, own);
    var config = RedisConfig.of(redis).withInstallation(installation);
    var shown = listener.isEmpty() ? null : new ObjectName(namespace, listener);
    return new OperatorOptions(config, ads, adsTls, own, admin, shown, names(watch), namespace, id);
  }

  private static void checkSecured(
      InetSocketAddress ads, @Nullable Path tls, AdsCertificates.@Nullable Names authority) {
    if (tls != null && authority != null) {
      throw new IllegalArgumentException(
          "--ads-tls and --ads-authority (expected: one of them at most)");
    }
    if (tls == null && authority == null && !ads.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "--ads %s without --ads-tls (expected: a loopback address, or certificates)"
              .formatted(ads));
    }
  }

  /// `--option=value` is two words.
  public static List<String> words(List<String> arguments) {
    return arguments.stream()
        .flatMap(
            word -> word.startsWith("--") ? Arrays.stream(word.split("=", 2)) : Stream.of(word))
        .toList();
  }

  private static String value(String option, Iterator<String> left) {
    if (!left.hasNext()) {
      throw new IllegalArgumentException(option + " (expected: a value after it)");
    }
    return left.next();
  }

  private static InetSocketAddress address(String option, String text) {
    var match = ADDRESS.matcher(text);
    if (!match.matches() || Integer.parseInt(match.group(2)) > 65535) {
      throw new IllegalArgumentException(option + " " + text + " (expected: HOST:PORT)");
    }
    var address = new InetSocketAddress(match.group(1), Integer.parseInt(match.group(2)));
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          option + " " + text + " (expected: a host that can be found)");
    }
    return address;
  }

  private static Set<String> names(String text) {
    var names = new TreeSet<String>();
    for (var name : text.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }
}
