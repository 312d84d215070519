package dev.sluice.testkit.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.sluice.testkit.Folders;
import dev.sluice.testkit.RealParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A real kube-apiserver on a free loopback port, with an etcd of its own behind Unix sockets.
///
/// It checks schemas, CEL rules, roles and Pod Security as every API server does. What controllers
/// do stays undone, since none runs: no object is collected after its owner, no namespace is
/// deleted, no namespace has a default service account, and nothing runs a pod.
public final class LocalKubernetes implements Cluster, AutoCloseable {

  private static final int START_ATTEMPTS_MAX = 5;
  private static final int ANSWERED_WITHIN_MILLIS = 2_000;
  private static final int OK = 200;
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final Duration ASKED_EVERY = Duration.ofMillis(50);

  private final Path folder;
  private final Credentials credentials;
  private final Thread endWithJvm = new Thread(this::end, "kubernetes-end");
  private int port;
  private @Nullable Access admin;
  private volatile @Nullable Guarded etcd;
  private volatile @Nullable Guarded apiServer;

  private LocalKubernetes(Path folder) {
    this.folder = folder;
    this.credentials = Credentials.make(folder);
    Runtime.getRuntime().addShutdownHook(endWithJvm);
  }

  /// Starts an empty one, and returns once it is ready.
  public static LocalKubernetes start() {
    var started = new LocalKubernetes(Folders.temporary("sluice-kubernetes-"));
    try {
      started.restartEtcd();
      started.startSomewhere();
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void startSomewhere() {
    for (var attempt = 1; ; attempt++) {
      port = freePort();
      try {
        restartApiServer();
        break;
      } catch (IllegalStateException e) {
        // Between choosing the port and binding it, another process may have taken it.
        if (attempt == START_ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
    var yaml =
        Access.yaml(uri().toString(), credentials.authority(), "admin", credentials.adminToken());
    admin = Access.of("admin", yaml, folder);
  }

  public URI uri() {
    return URI.create("https://127.0.0.1:" + port);
  }

  @Override
  public String description() {
    var version =
        JsonMapper.shared().readTree(admin().kubectl("get", "--raw", "/version").orThrow());
    return "kube-apiserver " + version.path("gitVersion").asString() + " on this machine";
  }

  @Override
  public Access admin() {
    return requireNonNull(admin, "a cluster that was started");
  }

  /// Of the API server, for who wants to see how it does.
  public long apiServerPid() {
    return running(apiServer).pid();
  }

  /// Of its store.
  public long etcdPid() {
    return running(etcd).pid();
  }

  /// Ends the API server as a crash would (SIGKILL).
  public void killApiServer() {
    running(apiServer).kill();
    apiServer = null;
  }

  /// Starts it again on the same port, and returns once it is ready.
  public void restartApiServer() {
    requireStopped(apiServer);
    var started = Guarded.start(apiServerCommand(), folder.resolve("apiserver.log"));
    apiServer = started;
    try {
      awaitReady(started);
    } catch (IllegalStateException e) {
      started.kill();
      apiServer = null;
      throw e;
    }
  }

  /// Ends the store as a crash would: the API server then fails whatever it is asked.
  public void killEtcd() {
    running(etcd).kill();
    etcd = null;
  }

  /// Starts it again with the same data; the API server finds it by itself.
  public void restartEtcd() {
    requireStopped(etcd);
    etcd = Guarded.start(etcdCommand(), folder.resolve("etcd.log"));
  }

  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(endWithJvm);
  }

  private void end() {
    for (var each : new @Nullable Guarded[] {apiServer, etcd}) {
      if (each != null) {
        each.kill();
      }
    }
    apiServer = null;
    etcd = null;
    Folders.delete(folder);
  }

  private List<String> etcdCommand() {
    var clients = "unix://" + folder.resolve("etcd.sock");
    var peers = "unix://" + folder.resolve("peers.sock");
    return List.of(
        RealParts.kubernetes().toString(),
        "etcd",
        "--name=default",
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers,
        "--log-level=warn",
        // What was written outlives a kill of the process, and nothing here outlives the machine.
        "--unsafe-no-fsync");
  }

  private List<String> apiServerCommand() {
    return List.of(
        RealParts.kubernetes().toString(),
        "kube-apiserver",
        "--etcd-servers=unix://" + folder.resolve("etcd.sock"),
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=" + folder,
        "--token-auth-file=" + credentials.tokens(),
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=" + credentials.signingKey(),
        "--service-account-key-file=" + credentials.verifyingKey(),
        "--service-cluster-ip-range=10.0.0.0/24",
        // It would announce itself to pods by an address that they could reach.
        "--endpoint-reconciler-type=none",
        // It would refuse every pod, since no controller makes default service accounts.
        "--disable-admission-plugins=ServiceAccount");
  }

  private void awaitReady(Guarded started) {
    long until = System.nanoTime() + READY_WITHIN.toNanos();
    while (!answersReady()) {
      if (!started.alive()) {
        throw new IllegalStateException("kube-apiserver ended:\n" + started.lastLines());
      }
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException(
            "kube-apiserver not ready within " + READY_WITHIN + ":\n" + started.lastLines());
      }
      LockSupport.parkNanos(ASKED_EVERY.toNanos());
    }
  }

  /// An error is an answer here: no certificate or no listener yet, or somebody else's.
  private boolean answersReady() {
    if (!Files.exists(credentials.certificate())) {
      return false;
    }
    try {
      var asked = (HttpsURLConnection) uri().resolve("/readyz").toURL().openConnection();
      asked.setSSLSocketFactory(credentials.tls().getSocketFactory());
      asked.setRequestProperty("Authorization", "Bearer " + credentials.adminToken());
      asked.setConnectTimeout(ANSWERED_WITHIN_MILLIS);
      asked.setReadTimeout(ANSWERED_WITHIN_MILLIS);
      try {
        return asked.getResponseCode() == OK;
      } finally {
        asked.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  private static Guarded running(@Nullable Guarded process) {
    if (process == null) {
      throw new IllegalStateException("the process does not run (expected: started)");
    }
    return process;
  }

  private static void requireStopped(@Nullable Guarded process) {
    if (process != null) {
      throw new IllegalStateException("the process still runs (expected: killed)");
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
