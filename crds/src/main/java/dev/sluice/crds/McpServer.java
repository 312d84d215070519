package dev.sluice.crds;

import dev.sluice.crds.schema.Default;
import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Kind;
import dev.sluice.crds.schema.Kind.Column;
import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Rule;
import dev.sluice.crds.schema.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server of tools that keys can be granted.
@Kind(
    plural = "mcpservers",
    shortName = "mcp",
    columns = {
      @Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status"),
      @Column(name = "Transport", path = ".spec.transport"),
      @Column(name = "Tools", path = ".status.toolCount"),
      @Column(name = "Protocol", path = ".status.protocol"),
      @Column(name = "Url", path = ".spec.url", wide = true),
      @Column(
          name = "Reason",
          path = ".status.conditions[?(@.type==\"Ready\")].reason",
          wide = true),
      @Column(name = "Error", path = ".status.lastError", wide = true)
    })
@Rule(
    check = "self.metadata.name.matches(r'^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')",
    message = McpServer.NAME_MESSAGE,
    at = ".spec")
public record McpServer(Metadata metadata, Spec spec, @Nullable Status status) {

  public static final String NAME_MESSAGE =
      "a name without dots, at most 63 characters: clients write NAMESPACE.NAME for a server of"
          + " another namespace";

  /// What the author of a manifest writes.
  ///
  /// @param transport how the server is reached; required
  /// @param url where the server is, `http` or `https`, with its path; required unless `Stdio`,
  ///   which has none. The gateway refuses at each connection what leads to loopback, link-local
  ///   addresses, metadata services or the API server, unless its own options let it. Use `http`
  ///   within a cluster only: it sends headers and tokens in the clear
  /// @param command the program and its arguments, one word each; no shell reads them; required
  ///   with `Stdio`, and only there. Gateways in a cluster run none unless their chart says so
  /// @param env variables of the program, which has no others of the gateway's; only with `Stdio`;
  ///   default none
  /// @param headers sent with each request, each name once in whatever case; not with `Stdio`;
  ///   default none
  /// @param auth how the gateway shows who it is; not with `Stdio`; default none
  /// @param tls whose certificates are trusted; only with `https`; default the system's
  /// @param timeouts how long to wait
  /// @param tools which tools are offered; default all
  /// @param pinning which definitions are served: `None` whatever the server says, `FirstUse` what
  ///   its first list had and what was approved since, `Approve` what was approved; default
  ///   `FirstUse`
  /// @param approvedDigests digests of definitions that are approved, as the status tells them; not
  ///   with `pinning: None`; default none
  /// @param codeMode whether programs of models call the tools, in place of a definition of each in
  ///   the model's context; default false
  /// @param pricePerCallUsd what each call of a tool costs, of the same budgets as models: dollars
  ///   as a decimal string, `"0"` to `"1000"`; default `"0"`
  /// @param recording what of a call's content its record keeps; default nothing: who called what,
  ///   when, how long and how large
  /// @param resultBytesMax the most of one result that reaches the client, 1024 to 33554432 bytes;
  ///   what is longer is cut, with a note; default 1048576
  /// @param allowedNamespaces who may refer to this server; default its own namespace
  @Rule(
      check = "(self.transport == 'Stdio') != has(self.url)",
      message = "required unless transport: Stdio, which has none",
      at = ".url")
  @Rule(
      check = "(self.transport == 'Stdio') == (has(self.command) && size(self.command) > 0)",
      message = "required with transport: Stdio, and only there",
      at = ".command")
  @Rule(
      check = "self.transport == 'Stdio' || !has(self.env) || size(self.env) == 0",
      message = "only with transport: Stdio",
      at = ".env")
  @Rule(
      check = "self.transport != 'Stdio' || !has(self.headers) || size(self.headers) == 0",
      message = "not with transport: Stdio, which has env",
      at = ".headers")
  @Rule(
      check =
          "self.transport != 'Stdio' || !has(self.auth) || !has(self.auth.type)"
              + " || self.auth.type == 'None'",
      message = "not with transport: Stdio, which has env",
      at = ".auth")
  @Rule(
      check = "!has(self.tls) || (has(self.url) && self.url.matches('^[Hh][Tt][Tt][Pp][Ss]:'))",
      message = "only with an https url",
      at = ".tls")
  @Rule(
      check =
          "!has(self.approvedDigests) || size(self.approvedDigests) == 0"
              + " || !has(self.pinning) || self.pinning != 'None'",
      message = "not with pinning: None",
      at = ".approvedDigests")
  public record Spec(
      Transport transport,
      @Nullable @Is(Text.URL) String url,
      @Items(max = 64) List<@Is(Text.ARGUMENT) String> command,
      @Items(max = 64, key = "name") List<Variable> env,
      @Items(max = 32, key = "name") List<Header> headers,
      @Nullable Auth auth,
      @Nullable Tls tls,
      @Nullable Timeouts timeouts,
      @Nullable Tools tools,
      @Default("FirstUse") @Nullable Pinning pinning,
      @Items(max = 1024) List<@Is(Text.DIGEST) String> approvedDigests,
      @Default("false") @Nullable Boolean codeMode,
      @Nullable @Is(Text.CALL_PRICE) String pricePerCallUsd,
      @Nullable Recording recording,
      @Range(min = 1024, max = 32 << 20) @Nullable Long resultBytesMax,
      @Nullable AllowedNamespaces allowedNamespaces) {
    public Spec {
      command = List.copyOf(command);
      env = List.copyOf(env);
      headers = List.copyOf(headers);
      approvedDigests = List.copyOf(approvedDigests);
    }
  }

  /// How the server is reached: by the transport of today, by that of 2024-11-05 (a stream of
  /// events and a place for posts), or as a program. The constants are spelled as in manifests.
  public enum Transport {
    StreamableHttp,
    Sse,
    Stdio
  }

  static final String ONE_VALUE = "has(self.value) != has(self.secretRef)";

  public static final String ONE_VALUE_MESSAGE = "exactly one of value and secretRef";

  /// A variable of a program's environment.
  ///
  /// @param name the variable's; required
  /// @param value as it is, at most 4096 characters; this or `secretRef`
  /// @param secretRef where the value is, at most 16384 characters; a single line break at its end
  ///   is dropped
  @Rule(check = ONE_VALUE, message = ONE_VALUE_MESSAGE)
  public record Variable(
      @Is(Text.VARIABLE) String name,
      @Nullable @Is(Text.VARIABLE_VALUE) String value,
      @Nullable SecretKeyRef secretRef) {}

  /// A header of each request to the server.
  ///
  /// @param name the header's; none of those that the transport has itself; required
  /// @param value as it is, 1 to 1024 characters; this or `secretRef`
  /// @param secretRef where the value is, 1 to 4096 characters; a single line break at its end is
  ///   dropped
  @Rule(check = ONE_VALUE, message = ONE_VALUE_MESSAGE)
  public record Header(
      @Is(Text.HEADER) @Rule(check = OWN, message = OWN_MESSAGE) String name,
      @Nullable @Is(Text.HEADER_VALUE) String value,
      @Nullable SecretKeyRef secretRef) {

    /// What a client of the protocol, or of HTTP, sends itself.
    public static final String OWN_NAMES =
        "host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept"
            + "|accept-encoding|mcp-.*|last-event-id|proxy-.*|x-sluice-.*";

    static final String OWN = "!self.lowerAscii().matches('^(" + OWN_NAMES + ")$')";

    public static final String OWN_MESSAGE = "a header that the gateway does not send itself";
  }

  /// Per-user sign-in is not among the types yet.
  ///
  /// @param type `None`, `Header` or `ClientCredentials`; default `None`
  /// @param header the header's name; required with `Header`, and only there
  /// @param secretRef where the header's whole value is, such as `Bearer ...`, 1 to 4096
  ///   characters; required with `Header`, and only there
  /// @param tokenUrl of OAuth 2.1, where tokens are asked for; only with `ClientCredentials`;
  ///   default: what the metadata at the server's origin name (RFC 8414)
  /// @param clientId of the gateway; required with `ClientCredentials`, and only there
  /// @param clientSecretRef where its secret is, 1 to 4096 visible ASCII characters; likewise
  /// @param scopes what is asked for; only with `ClientCredentials`; default: none is named, and
  ///   the authorization server decides
  /// @param resource the audience of a token (RFC 8707); only with `ClientCredentials`; default the
  ///   server's URL
  @Rule(
      check = "has(self.header) == (has(self.type) && self.type == 'Header')",
      message = Auth.WITH_HEADER,
      at = ".header")
  @Rule(
      check = "has(self.secretRef) == (has(self.type) && self.type == 'Header')",
      message = Auth.WITH_HEADER,
      at = ".secretRef")
  @Rule(
      check = "has(self.clientId) == (has(self.type) && self.type == 'ClientCredentials')",
      message = Auth.WITH_CREDENTIALS,
      at = ".clientId")
  @Rule(
      check = "has(self.clientSecretRef) == (has(self.type) && self.type == 'ClientCredentials')",
      message = Auth.WITH_CREDENTIALS,
      at = ".clientSecretRef")
  @Rule(
      check =
          "(has(self.type) && self.type == 'ClientCredentials') || (!has(self.tokenUrl) &&"
              + " !has(self.resource) && (!has(self.scopes) || size(self.scopes) == 0))",
      message = Auth.ONLY_WITH_CREDENTIALS)
  public record Auth(
      @Default("None") @Nullable AuthType type,
      @Nullable @Is(Text.HEADER) @Rule(check = Header.OWN, message = Header.OWN_MESSAGE)
          String header,
      @Nullable SecretKeyRef secretRef,
      @Nullable @Is(Text.URL) String tokenUrl,
      @Nullable @Is(Text.CLIENT_ID) String clientId,
      @Nullable SecretKeyRef clientSecretRef,
      @Items(max = 64) List<@Is(Text.SCOPE) String> scopes,
      @Nullable @Is(Text.URL) String resource) {

    public static final String WITH_HEADER = "required with type: Header, and only there";
    public static final String WITH_CREDENTIALS =
        "required with type: ClientCredentials, and only there";
    public static final String ONLY_WITH_CREDENTIALS =
        "tokenUrl, scopes and resource: only with type: ClientCredentials";

    public Auth {
      scopes = List.copyOf(scopes);
    }
  }

  /// How the gateway shows who it is. The constants are spelled as in manifests.
  public enum AuthType {
    None,
    Header,
    ClientCredentials
  }

  /// @param caRef where the certificates are that are trusted in place of the system's: PEM, at
  ///   most 65536 characters; required
  public record Tls(SecretKeyRef caRef) {}

  /// Durations such as `500ms`, `5s` or `1m30s`, from `1ms` to `1h`.
  ///
  /// @param connect until a connection stands, or a program has answered its first request; default
  ///   `10s`
  /// @param firstByte from the end of a request to the head of its answer; default `60s`
  /// @param idle between two bytes of an answer; default `60s`
  /// @param total of one call, whatever comes; default `5m`
  public record Timeouts(
      @Default("10s") @Nullable @Is(Text.DURATION) String connect,
      @Default("60s") @Nullable @Is(Text.DURATION) String firstByte,
      @Default("60s") @Nullable @Is(Text.DURATION) String idle,
      @Default("5m") @Nullable @Is(Text.DURATION) String total) {}

  /// @param allow globs of tool names; default all; an empty list allows none
  /// @param deny globs of tool names; wins over `allow`; default none
  public record Tools(
      @Items(max = 128) @Nullable List<@Is(Text.TOOL_GLOB) String> allow,
      @Items(max = 128) List<@Is(Text.TOOL_GLOB) String> deny) {
    public Tools {
      allow = allow == null ? null : List.copyOf(allow);
      deny = List.copyOf(deny);
    }
  }

  /// Which definitions are served: all, those of the first list, or approved ones.
  public enum Pinning {
    None,
    FirstUse,
    Approve
  }

  /// What of a call's content its record keeps.
  ///
  /// @param inputs whether it keeps what a tool was given; default false
  /// @param outputs whether it keeps what a tool answered; default false
  /// @param redact regular expressions of RE2's syntax, whose matches are replaced in what is kept:
  ///   no look-around, no back-references, repetitions of at most 1000; 1 to 256 characters each;
  ///   default none
  public record Recording(
      @Default("false") @Nullable Boolean inputs,
      @Default("false") @Nullable Boolean outputs,
      @Items(max = 32) List<@Is(Text.REGEX) String> redact) {
    public Recording {
      redact = List.copyOf(redact);
    }
  }

  /// What the operator reports, of what all gateways say.
  ///
  /// @param observedGeneration the generation that the conditions speak of
  /// @param conditions `Accepted`, `ResolvedRefs`, `Programmed`, `Ready`
  /// @param connected whether every gateway that reports is connected; absent where none does
  /// @param protocol the version that was agreed on
  /// @param toolCount how many tools the server says it has, hidden ones included
  /// @param tools the tools, those first that are not served; at most 256
  /// @param toolsNote says how many more there are; absent where all are listed
  /// @param waiting definitions that wait for approval, as far as they fit: at most 64, and 256 KiB
  ///   of them
  /// @param lastError of the first gateway that is not connected, else of one that has trouble
  public record Status(
      @Nullable Long observedGeneration,
      @Items(max = 16, key = "type") List<Condition> conditions,
      @Nullable Boolean connected,
      @Nullable @Is(Text.REPORTED) String protocol,
      @Nullable Long toolCount,
      @Items(max = TOOLS_MAX) List<ToolStatus> tools,
      @Nullable @Is(Text.REPORTED_SENTENCE) String toolsNote,
      @Items(max = WAITING_MAX) List<Waiting> waiting,
      @Nullable @Is(Text.REPORTED_SENTENCE) String lastError) {

    public static final int TOOLS_MAX = 256;
    public static final int WAITING_MAX = 64;

    public Status {
      conditions = List.copyOf(conditions);
      tools = List.copyOf(tools);
      waiting = List.copyOf(waiting);
    }
  }

  /// One of the tools that the server says it has.
  ///
  /// @param name as the server has it, cut after 253 characters
  /// @param digest of its definition; absent where it has none
  /// @param state `Served`, `Changed`, `New`, `NotApproved`, `Duplicate`, `NoDigest` or `Denied`
  /// @param suspicions sentences about what is odd in its definition; the first 4
  public record ToolStatus(
      @Is(Text.REPORTED) String name,
      @Nullable @Is(Text.REPORTED) String digest,
      @Is(Text.REPORTED) String state,
      @Items(max = SUSPICIONS_MAX) List<@Is(Text.REPORTED) String> suspicions) {

    public static final int SUSPICIONS_MAX = 4;

    public ToolStatus {
      suspicions = List.copyOf(suspicions);
    }
  }

  /// A definition that waits for approval, for people to compare: `sluice mcp diff` shows it.
  ///
  /// @param tool its name
  /// @param digest of the present definition: what an approval names
  /// @param recorded what the digest on record is made of, as JSON; absent where there is none
  /// @param current what the present digest is made of, as JSON
  public record Waiting(
      @Is(Text.REPORTED) String tool,
      @Is(Text.REPORTED) String digest,
      @Nullable @Is(Text.REPORTED_DEFINITION) String recorded,
      @Is(Text.REPORTED_DEFINITION) String current) {

    public static final int DEFINITION_CHARS_MAX = 65_536;
  }
}
