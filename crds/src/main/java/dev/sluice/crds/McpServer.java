package dev.sluice.crds;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server of tools that keys can be granted.
@NotYet
public record McpServer(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param transport how the server is reached; required
  /// @param url where the server is; required unless `Stdio`
  /// @param auth how the gateway shows who it is; default none
  /// @param tools which tools are offered; default all
  /// @param pinning what happens when a tool's definition changes; default `FirstUse`
  /// @param approvedDigests digests of definitions that are approved; only with `Approve`
  /// @param codeMode whether the tools are offered as code; default false
  /// @param allowedNamespaces who may refer to this server; default its own namespace
  public record Spec(
      Transport transport,
      @Nullable String url,
      @Nullable Auth auth,
      @Nullable Tools tools,
      @Nullable Pinning pinning,
      List<String> approvedDigests,
      @Nullable Boolean codeMode,
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
  public record Auth(String type, String header, SecretKeyRef secretRef) {}

  /// @param allow globs of tool names; default all
  /// @param deny globs of tool names; wins over `allow`; default none
  public record Tools(@Nullable List<String> allow, List<String> deny) {
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
  public record Status(@Nullable Long observedGeneration, List<Condition> conditions) {
    public Status {
      conditions = List.copyOf(conditions);
    }
  }
}
