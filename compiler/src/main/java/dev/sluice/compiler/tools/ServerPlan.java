package dev.sluice.compiler.tools;

import dev.sluice.compiler.rules.Visibility;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.crds.SecretKeyRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An McpServer, checked; its Secrets are not looked up yet.
///
/// @param server without certificates
/// @param secrets the values that it is to have
/// @param ca where its certificates are; null for the system's
public record ServerPlan(
    ToolServer server, List<SecretPlan> secrets, @Nullable SecretKeyRef ca, Visibility visibility) {

  /// Where the manifest names the certificates.
  public static final String CA_FIELD = "spec.tls.caRef";

  public ServerPlan {
    secrets = List.copyOf(secrets);
  }

  /// A value of a secret.
  ///
  /// @param name among the tools' secrets: `NAMESPACE/SERVER/FIELD`
  /// @param field where the manifest refers to it
  public record SecretPlan(String name, String field, SecretKeyRef ref, SecretForm form) {}
}
