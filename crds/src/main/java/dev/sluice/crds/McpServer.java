package dev.sluice.crds;

import dev.sluice.crds.schema.Default;
import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Kind;
import dev.sluice.crds.schema.Kind.Column;
import dev.sluice.crds.schema.Rule;
import dev.sluice.crds.schema.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server of tools that keys can be granted.
@NotYet
@Kind(
    plural = "mcpservers",
    shortName = "mcp",
    columns = {
      @Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status"),
      @Column(name = "Transport", path = ".spec.transport"),
      @Column(name = "Url", path = ".spec.url", wide = true),
      @Column(
          name = "Reason",
          path = ".status.conditions[?(@.type==\"Ready\")].reason",
          wide = true)
    })
public record McpServer(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param transport how the server is reached; required
  /// @param url where the server is; required unless `Stdio`, which has none
  /// @param auth how the gateway shows who it is; default none
  /// @param tools which tools are offered; default all
  /// @param pinning what happens when a tool's definition changes; default `FirstUse`
  /// @param approvedDigests digests of definitions that are approved; only with `Approve`
  /// @param codeMode whether the tools are offered as code; default false
  /// @param allowedNamespaces who may refer to this server; default its own namespace
  @Rule(
      check = "(self.transport == 'Stdio') != has(self.url)",
      message = "required unless transport: Stdio, which has none",
      at = ".url")
  @Rule(
      check =
          "!has(self.approvedDigests) || size(self.approvedDigests) == 0"
              + " || (has(self.pinning) && self.pinning == 'Approve')",
      message = "only with pinning: Approve",
      at = ".approvedDigests")
  public record Spec(
      Transport transport,
      @Nullable @Is(Text.URL) String url,
      @Nullable Auth auth,
      @Nullable Tools tools,
      @Default("FirstUse") @Nullable Pinning pinning,
      @Items(max = 256) List<@Is(Text.DIGEST) String> approvedDigests,
      @Default("false") @Nullable Boolean codeMode,
      @Nullable AllowedNamespaces allowedNamespaces) {
    public Spec {
      approvedDigests = List.copyOf(approvedDigests);
    }
  }

  /// How the server is reached. The constants are spelled as in manifests.
  public enum Transport {
    StreamableHttp,
    Sse,
    Stdio
  }

  /// @param type `Header`; required
  /// @param header the header's name; required
  /// @param secretRef where the header's value is; required
  public record Auth(AuthType type, @Is(Text.HEADER) String header, SecretKeyRef secretRef) {}

  /// How the gateway shows who it is. The constants are spelled as in manifests.
  public enum AuthType {
    Header
  }

  /// @param allow globs of tool names; default all
  /// @param deny globs of tool names; wins over `allow`; default none
  public record Tools(
      @Items(max = 128) @Nullable List<@Is(Text.TOOL_GLOB) String> allow,
      @Items(max = 128) List<@Is(Text.TOOL_GLOB) String> deny) {
    public Tools {
      allow = allow == null ? null : List.copyOf(allow);
      deny = List.copyOf(deny);
    }
  }

  /// Whether a changed definition is shown: always, never after the first use, or once approved.
  public enum Pinning {
    None,
    FirstUse,
    Approve
  }

  /// What the operator reports.
  ///
  /// @param observedGeneration the generation that the conditions speak of
  /// @param conditions `Accepted`, `ResolvedRefs`, `Programmed`, `Ready`
  public record Status(
      @Nullable Long observedGeneration,
      @Items(max = 16, key = "type") List<Condition> conditions) {
    public Status {
      conditions = List.copyOf(conditions);
    }
  }
}
