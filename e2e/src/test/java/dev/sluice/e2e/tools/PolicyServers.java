package dev.sluice.e2e.tools;

import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.LoopbackCertificate;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Servers of tools, a policy each, and the keys that may use them.
///
/// @param desk whose calls are recorded
/// @param shed of which nothing special is said; its tools are also those of programs
/// @param changing whose definitions are pinned in three ways
/// @param many that has more tools than a page
/// @param sealed that is spoken to with TLS, at `door`
/// @param walled where no server may be: it takes no connection by itself
/// @param authority whose certificates `sealed` has, as PEM
record PolicyServers(
    ModernMcpSimulator desk,
    ModernMcpSimulator shed,
    ModernMcpSimulator changing,
    ModernMcpSimulator many,
    ModernMcpSimulator sealed,
    HttpServer door,
    ServerSocket walled,
    String authority)
    implements AutoCloseable {

  static final int FILLERS = 1_100;

  static PolicyServers start(Path folder) throws Exception {
    var certificate = LoopbackCertificate.in(folder);
    var standard = McpScript.STANDARD;
    var pages =
        new McpScript(
            FILLERS,
            100,
            standard.answers(),
            standard.probe(),
            standard.lies(),
            standard.cut(),
            standard.headerDelay(),
            standard.versions());
    var sealed = ModernMcpSimulator.start(standard);
    var servers =
        new PolicyServers(
            ModernMcpSimulator.start(standard),
            ModernMcpSimulator.start(standard),
            ModernMcpSimulator.start(standard),
            ModernMcpSimulator.start(pages),
            sealed,
            HttpServer.start(0, certificate.sockets(), HttpLimits.STANDARD, sealed),
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            pem(certificate));
    servers.changing().define("look", "Looks.");
    return servers;
  }

  private static String pem(LoopbackCertificate certificate) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var file = Files.newInputStream(certificate.store())) {
      store.load(file, LoopbackCertificate.PASSWORD.toCharArray());
    }
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    var encoded = lines.encodeToString(store.getCertificate("loopback").getEncoded());
    return "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n";
  }

  /// The addresses that the gateway may call: all but one.
  String allowed() {
    return Stream.concat(
            Stream.of(desk, shed, changing, many).map(ModernMcpSimulator::url), Stream.of(behind()))
        .map(url -> "127.0.0.1:" + url.getPort())
        .collect(Collectors.joining(","));
  }

  private URI behind() {
    return URI.create("https://127.0.0.1:%d/mcp".formatted(door.port()));
  }

  /// @param approved the digest that `careful` is served with
  String manifests(String approved) {
    return """
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: authority }
        stringData:
          ca: |
        """
        + authority.indent(4)
        + server(
            "desk",
            desk.url(),
            "recording: { inputs: true, outputs: true, redact: [ \"sk-[0-9a-f]{8,}\" ] }")
        + server("shed", shed.url(), "pinning: FirstUse")
        + server("lab", shed.url(), "codeMode: true")
        + server(
            "picky", shed.url(), "tools: { allow: [ echo, \"c*\", regional ], deny: [ \"re*\" ] }")
        + server(
            "careful",
            changing.url(),
            "pinning: Approve\n  approvedDigests: [ \"" + approved + "\" ]")
        + server("loose", changing.url(), "pinning: None")
        + server("firm", changing.url(), "pinning: FirstUse")
        + server("long", many.url(), "pinning: None")
        + server("sealed", behind(), "tls: { caRef: { name: authority, key: ca } }")
        + server("unsealed", behind(), "pinning: None")
        + server(
            "walled",
            URI.create("http://127.0.0.1:%d/mcp".formatted(walled.getLocalPort())),
            "pinning: None")
        + keys();
  }

  private static String keys() {
    return """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: readers }
        spec:
          mcp:
            - { server: desk, tools: [ "echo", "count" ] }
            - { server: shed, tools: [ "echo" ] }
        """
        + key(
            "member", "{ server: desk, tools: [ echo, fail ] }, { server: shed, tools: [ \"*\" ] }")
        + "  team: readers\n"
        + key("wide", all("desk") + ", " + all("shed"))
        + key("recorded", all("desk") + ", " + all("shed"))
        + key("pinner", all("careful") + ", " + all("loose") + ", " + all("firm"))
        + key("hasty", all("desk"))
        + "  rateLimits: [ { requests: 2, window: Day } ]\n"
        + key("single", all("shed"))
        + "  rateLimits: [ { concurrent: 1 } ]\n"
        + key("coder", "{ server: lab, tools: [ echo, regional ] }")
        + key("picker", all("picky"))
        + key("pager", all("long"))
        + key("guest", all("sealed") + ", " + all("unsealed") + ", " + all("walled"));
  }

  private static String key(String name, String granted) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      mcp: [ %s ]
    """
        .formatted(name, granted);
  }

  private static String all(String server) {
    return "{ server: " + server + ", tools: [ \"*\" ] }";
  }

  private static String server(String name, URI url, String more) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: McpServer
    metadata: { name: %s }
    spec:
      transport: StreamableHttp
      url: "%s"
      %s
    """
        .formatted(name, url, more);
  }

  @Override
  public void close() throws IOException {
    Stream.of(desk, shed, changing, many, sealed).forEach(ModernMcpSimulator::close);
    door.close();
    walled.close();
  }
}
