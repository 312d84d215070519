package dev.sluice.standalone.up;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.serve.HostPort;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.tools.ToolOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `sluice up` was asked to do.
///
/// @param redis null: an embedded one
/// @param installation whose budgets these are, in that Redis
/// @param envoy null: found, or fetched
/// @param tls null: clients speak plain HTTP
public record UpOptions(
    List<Path> manifests,
    HostPort listen,
    HostPort admin,
    Path state,
    @Nullable URI redis,
    String installation,
    @Nullable Path envoy,
    @Nullable TlsFiles tls,
    ToolOptions tools,
    Duration drain) {

  /// The listener's certificate with its chain, and its key.
  public record TlsFiles(Path certificate, Path key) {}

  public static final String USAGE =
      """
      sluice up [-f PATH]... [options]

        -f PATH             a file or folder of manifests, watched; repeatable (./manifests)
        --listen HOST:PORT  where clients connect (127.0.0.1:8080); port 0 picks a free one
        --admin HOST:PORT   health, metrics and usage (127.0.0.1:8081)
        --state DIR         where everything that lasts is kept (./.sluice)
        --redis URL         a Redis, Sentinels or a Redis Cluster of your own; without it an
                            embedded Redis, kept in the state. SLUICE_REDIS instead hides its
                            password from other users
        --installation NAME whose budgets these are: gateways of one Redis and one name share them
                            (sluice)
        --envoy PATH        an Envoy 1.40 or newer of your own
        --tls-cert FILE     clients speak TLS: the certificate with its chain, and
        --tls-key FILE      its key, both PEM; read anew when they change
        --mcp-allow HOST[:PORT],...
                            servers of tools that may be where none may be otherwise: on this
                            machine, beside it, at a metadata service; also addresses and ranges,
                            as 10.0.0.0/8; repeatable
        --mcp-refuse RANGE,...
                            addresses where no server of tools may be unless --mcp-allow names it,
                            as 10.0.0.0/8; repeatable
        --mcp-stdio off     servers of tools that are programs are not started; or the socket of a
                            sluice tool-host that starts them. Without it they are children
        --code-mode LIMIT=NUMBER,...
                            limits of programs of models, as wallMillisMax=30000,callsMax=500
        --drain TIME        how long streams in flight may go on at the end, as 30s or 10m (10m)
        --help              this text
      """;

  private static final String REDIS = "SLUICE_REDIS";
  private static final Path DEFAULT_MANIFESTS = Path.of("manifests");
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h)");

  public UpOptions {
    manifests = List.copyOf(manifests);
  }

  /// Reads the command line.
  ///
  /// @throws UsageException with one sentence for whatever cannot be understood
  public static UpOptions parse(List<String> arguments, Map<String, String> environment)
      throws UsageException {
    var manifests = new ArrayList<Path>();
    var listen = new HostPort("127.0.0.1", 8080);
    var admin = new HostPort("127.0.0.1", 8081);
    var state = Path.of(".sluice");
    URI redis = redis(environment);
    var installation = RedisConfig.INSTALLATION;
    Path envoy = null;
    Path certificate = null;
    Path key = null;
    var tools = ToolOptions.OF_A_MACHINE;
    var drain = Duration.ofMinutes(10);
    var left = arguments.iterator();
    while (left.hasNext()) {
      var option = left.next();
      switch (option) {
        case "-f" -> manifests.add(existing(value(option, left)));
        case "--listen" -> listen = HostPort.parse(option, value(option, left));
        case "--admin" -> admin = HostPort.parse(option, value(option, left));
        case "--state" -> state = Path.of(value(option, left));
        case "--redis" -> redis = redis(option, value(option, left));
        case "--installation" -> installation = installation(value(option, left));
        case "--envoy" -> envoy = Path.of(value(option, left));
        case "--tls-cert" -> certificate = Path.of(value(option, left));
        case "--tls-key" -> key = Path.of(value(option, left));
        case ToolOptions.ALLOW, ToolOptions.REFUSE, ToolOptions.STDIO, ToolOptions.CODE_MODE ->
            tools = tools.with(option, left);
        case "--drain" -> drain = time(option, value(option, left));
        default -> throw new UsageException(option + " (expected: an option of sluice up --help)");
      }
    }
    if (manifests.isEmpty()) {
      manifests.add(defaultManifests());
    }
    return new UpOptions(
        manifests,
        listen,
        admin,
        state.toAbsolutePath().normalize(),
        redis,
        installation,
        envoy,
        tls(certificate, key),
        tools,
        drain);
  }

  /// How clients reach the listener.
  String listenUrl(int port) {
    return listen.withPort(port).url(scheme());
  }

  String scheme() {
    return tls == null ? "http" : "https";
  }

  private static @Nullable TlsFiles tls(@Nullable Path certificate, @Nullable Path key)
      throws UsageException {
    if (certificate != null && key != null) {
      return new TlsFiles(certificate, key);
    }
    if (certificate != null || key != null) {
      throw new UsageException(
          (key == null ? "--tls-cert" : "--tls-key") + " (expected: --tls-cert and --tls-key)");
    }
    return null;
  }

  /// The value that follows an option.
  public static String value(String option, Iterator<String> left) throws UsageException {
    if (!left.hasNext()) {
      throw new UsageException(option + " (expected: a value after it)");
    }
    var value = left.next();
    if (value.isBlank()) {
      throw new UsageException(option + " \"" + value + "\" (expected: a value that is not empty)");
    }
    return value;
  }

  /// A file or folder of manifests, as `-f` tells it.
  public static Path existing(String text) throws UsageException {
    var path = Path.of(text);
    if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new UsageException("-f " + text + " (expected: an existing file or folder)");
    }
    return path;
  }

  /// Where manifests are when nothing is said.
  public static Path defaultManifests() throws UsageException {
    if (!Files.exists(DEFAULT_MANIFESTS)) {
      throw new UsageException(
          "no manifests: there is no folder ./manifests (expected: -f PATH with a file or folder)");
    }
    return DEFAULT_MANIFESTS;
  }

  /// The Redis that the environment names; null where it names none.
  public static @Nullable URI redis(Map<String, String> environment) throws UsageException {
    var url = environment.getOrDefault(REDIS, "");
    return url.isEmpty() ? null : redis(REDIS, url);
  }

  /// A Redis, as `source` tells it.
  public static URI redis(String source, String text) throws UsageException {
    try {
      var _ = RedisConfig.of(text);
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(source + ": " + e.getMessage());
    }
  }

  /// The name of an installation.
  public static String installation(String text) throws UsageException {
    try {
      return RedisConfig.of("redis://127.0.0.1").withInstallation(text).installation();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  /// A time such as `30s`.
  public static Duration time(String option, String text) throws UsageException {
    var match = TIME.matcher(text);
    if (!match.matches()) {
      throw new UsageException(option + " " + text + " (expected: a time such as 30s or 10m)");
    }
    var amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> throw new IllegalStateException("BUG: a unit that the pattern does not have");
    };
  }
}
