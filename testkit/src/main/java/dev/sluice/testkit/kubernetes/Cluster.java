package dev.sluice.testkit.kubernetes;

import java.security.SecureRandom;
import java.util.HexFormat;

/// A real API server to test against.
///
/// Tests share one, and keep apart by namespaces. A namespace is never deleted: where no controller
/// runs, it would stay in deletion for ever.
public interface Cluster {

  /// The one of this JVM, which ends with it.
  ///
  /// The system property `sluice.cluster` chooses: `k3s` in a container, `apiserver` for
  /// [LocalKubernetes], or `auto`, its default: k3s where a Docker engine answers.
  static Cluster shared() {
    return SharedCluster.get();
  }

  /// What it is, in words.
  String description();

  /// A user who may do everything.
  Access admin();

  /// Makes a namespace that is nobody else's, and returns its name.
  default String newNamespace(String prefix) {
    var random = new byte[4];
    new SecureRandom().nextBytes(random);
    var name = prefix + "-" + HexFormat.of().formatHex(random);
    admin().kubectl("create", "namespace", name).orThrow();
    return name;
  }

  /// Makes a service account, which may do nothing yet, and gives the way in with its token.
  default Access serviceAccount(String namespace, String name) {
    admin().kubectl("create", "serviceaccount", name, "--namespace=" + namespace).orThrow();
    var token =
        admin()
            .kubectl("create", "token", name, "--namespace=" + namespace, "--duration=24h")
            .orThrow();
    return admin().with("system:serviceaccount:" + namespace + ":" + name, token.strip());
  }
}
