package dev.sluice.compiler.manifest;

import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import java.util.Arrays;
import java.util.Optional;

/// The kinds of objects that manifests can hold.
enum Kind {
  PROVIDER("Provider", "sluice.dev/v1alpha1", Provider.class),
  TEAM("Team", "sluice.dev/v1alpha1", Team.class),
  VIRTUAL_KEY("VirtualKey", "sluice.dev/v1alpha1", VirtualKey.class),
  SECRET("Secret", "v1", SecretManifest.class),
  NAMESPACE("Namespace", "v1", NamespaceManifest.class),
  MCP_SERVER("McpServer", "sluice.dev/v1alpha1", McpServer.class);

  private final String title;
  private final String apiVersion;
  private final Class<? extends Record> type;

  Kind(String title, String apiVersion, Class<? extends Record> type) {
    this.title = title;
    this.apiVersion = apiVersion;
    this.type = type;
  }

  static Optional<Kind> of(String title) {
    return Arrays.stream(values()).filter(kind -> kind.title.equals(title)).findFirst();
  }

  String title() {
    return title;
  }

  String apiVersion() {
    return apiVersion;
  }

  Class<? extends Record> type() {
    return type;
  }
}
