package dev.sluice.standalone.gateway;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.serve.HostPort;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.tools.ToolOptions;
import dev.sluice.standalone.up.UpOptions;
import dev.sluice.xds.Bootstrap;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `sluice gateway` was asked to do.
///
/// @param installation also the group of Envoys that an operator serves
/// @param ads the operator
/// @param adsTls null: plaintext
/// @param envoy null: one beside this process
/// @param node the name of this gateway and of its Envoy
record GatewayOptions(
    URI redis,
    String installation,
    HostPort ads,
    @Nullable Path adsTls,
    HostPort listen,
    Bootstrap.Listener listener,
    HostPort admin,
    Path state,
    @Nullable Path envoy,
    String node,
    ToolOptions tools,
    Duration drain) {

  static final String USAGE =
      """
      sluice gateway --redis URL --ads HOST:PORT [options]

        --redis URL         the Redis, Sentinels or Redis Cluster of the installation: its ledger,
                            and the policy that an operator publishes. SLUICE_REDIS instead hides
                            its password from other users
        --installation NAME whose policy and budgets these are (sluice)
        --ads HOST:PORT     the operator, from which Envoy takes its configuration
        --ads-tls DIR       a folder with ca.crt, tls.crt and tls.key for it; without it only an
                            operator on this machine is asked
        --listen HOST:PORT  where clients connect (0.0.0.0:8080)
        --listen-tls        clients speak TLS, with the certificate that the operator hands over
        --admin HOST:PORT   health, metrics and usage (127.0.0.1:8081)
        --state DIR         where everything that lasts is kept (./.sluice)
        --envoy PATH        an Envoy 1.40 or newer to be run; without it, one beside this process
                            that starts from STATE/envoy/bootstrap.json
        --node ID           the name of this gateway, the same after a restart (the host's name)
        --mcp-allow HOST[:PORT],...
                            servers of tools that may be where none may be otherwise: on this
                            machine, beside it, at a metadata service; also addresses and ranges,
                            as 10.0.0.0/8; repeatable
        --mcp-refuse RANGE,...
                            addresses where no server of tools may be unless --mcp-allow names it,
                            as 10.0.0.0/8; repeatable
        --mcp-stdio SOCKET  the sluice tool-host that starts servers of tools that are programs;
                            without it none is started
        --code-mode LIMIT=NUMBER,...
                            limits of programs of models, as wallMillisMax=30000,callsMax=500
        --drain TIME        how long streams in flight may go on at the end, as 30s or 10m (10m)
        --help              this text
      """;

  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|::1");
  private static final List<String> TLS_FILES = List.of("ca.crt", "tls.crt", "tls.key");

  /// Reads the command line.
  ///
  /// @throws UsageException with one sentence for whatever cannot be understood
  static GatewayOptions parse(List<String> arguments, Map<String, String> environment)
      throws UsageException {
    URI redis = UpOptions.redis(environment);
    var installation = RedisConfig.INSTALLATION;
    HostPort ads = null;
    Path adsTls = null;
    var listen = new HostPort("0.0.0.0", 8080);
    var listener = Bootstrap.Listener.PLAIN;
    var admin = new HostPort("127.0.0.1", 8081);
    var state = Path.of(".sluice");
    Path envoy = null;
    String node = null;
    var tools = ToolOptions.OF_A_POD;
    var drain = Duration.ofMinutes(10);
    var left = arguments.iterator();
    while (left.hasNext()) {
      var option = left.next();
      switch (option) {
        case "--redis" -> redis = UpOptions.redis(option, UpOptions.value(option, left));
        case "--installation" ->
            installation = UpOptions.installation(UpOptions.value(option, left));
        case "--ads" -> ads = HostPort.parse(option, UpOptions.value(option, left));
        case "--ads-tls" -> adsTls = folder(option, UpOptions.value(option, left));
        case "--listen" -> listen = HostPort.parse(option, UpOptions.value(option, left));
        case "--listen-tls" -> listener = Bootstrap.Listener.TLS;
        case "--admin" -> admin = HostPort.parse(option, UpOptions.value(option, left));
        case "--state" -> state = Path.of(UpOptions.value(option, left));
        case "--envoy" -> envoy = Path.of(UpOptions.value(option, left));
        case "--node" -> node = node(option, UpOptions.value(option, left));
        case ToolOptions.ALLOW, ToolOptions.REFUSE, ToolOptions.STDIO, ToolOptions.CODE_MODE ->
            tools = tools.with(option, left);
        case "--drain" -> drain = UpOptions.time(option, UpOptions.value(option, left));
        default ->
            throw new UsageException(option + " (expected: an option of sluice gateway --help)");
      }
    }
    return checked(
        new GatewayOptions(
            given("--redis", redis),
            installation,
            given("--ads", ads),
            adsTls,
            listen,
            listener,
            admin,
            state.toAbsolutePath().normalize(),
            envoy,
            node == null ? hostName() : node,
            tools,
            drain));
  }

  /// Of what clients speak.
  String scheme() {
    return listener == Bootstrap.Listener.TLS ? "https" : "http";
  }

  private static GatewayOptions checked(GatewayOptions options) throws UsageException {
    var ads = options.ads();
    var listen = options.listen();
    if (options.adsTls() == null && !LOOPBACK.matcher(ads.host()).matches()) {
      throw new UsageException(
          "--ads " + ads + " (expected: --ads-tls DIR with it, or an address of this machine)");
    }
    if (options.envoy() == null && listen.port() == 0) {
      throw new UsageException(
          "--listen " + listen + " (expected: a port, or --envoy PATH with it)");
    }
    return options;
  }

  private static <T> T given(String option, @Nullable T value) throws UsageException {
    if (value == null) {
      throw new UsageException("no " + option + " (expected: one, see sluice gateway --help)");
    }
    return value;
  }

  private static Path folder(String option, String text) throws UsageException {
    var folder = Path.of(text).toAbsolutePath().normalize();
    for (var file : TLS_FILES) {
      if (!Files.isReadable(folder.resolve(file))) {
        throw new UsageException(
            option + " " + text + " (expected: a folder with a readable " + file + ")");
      }
    }
    return folder;
  }

  private static String node(String option, String text) throws UsageException {
    if (!NODE.matcher(text).matches()) {
      throw new UsageException(option + " " + text + " (expected: 1 to 253 of A-Z a-z 0-9 . _ -)");
    }
    return text;
  }

  private static String hostName() throws UsageException {
    try {
      return node("--node", InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException _) {
      throw new UsageException("no --node (expected: one, since this machine tells no name)");
    }
  }
}
