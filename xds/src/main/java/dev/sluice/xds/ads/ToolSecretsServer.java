package dev.sluice.xds.ads;

import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.proto.tools.v1.Secrets;
import dev.sluice.proto.tools.v1.ToolSecretsServiceGrpc;
import dev.sluice.proto.tools.v1.WatchRequest;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands the secrets of servers of tools to the gateways of one installation, whole sets, beside
/// what their Envoys get. No value is logged.
public final class ToolSecretsServer
    implements BindableService, ToolSecretsServiceGrpc.AsyncService {

  private static final Logger LOG = LoggerFactory.getLogger(ToolSecretsServer.class);

  private final String installation;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<ServerCallStreamObserver<Secrets>> watchers = new HashSet<>();

  /// Null before the first publication: an empty set would take from gateways what they have.
  private @Nullable Secrets current;

  public ToolSecretsServer(String installation) {
    this.installation = installation;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ToolSecretsServiceGrpc.bindService(this);
  }

  /// Hands them to those that are connected and to those that come; equal ones change nothing.
  public void publish(ToolSecrets secrets) {
    var next = Secrets.newBuilder().putAllValues(secrets.values()).build();
    lock.lock();
    try {
      if (next.equals(current)) {
        return;
      }
      current = next;
      watchers.forEach(watcher -> watcher.onNext(next));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Secrets> responses) {
    if (!request.getInstallation().equals(installation)) {
      var sentence =
          "installation: \"%s\" (expected: the one that is served here)"
              .formatted(request.getInstallation());
      LOG.warn("a gateway of another installation was refused: {}", sentence);
      responses.onError(Status.PERMISSION_DENIED.withDescription(sentence).asRuntimeException());
      return;
    }
    var watcher = (ServerCallStreamObserver<Secrets>) responses;
    // With a handler, a late onNext is dropped instead of thrown.
    watcher.setOnCancelHandler(() -> left(watcher));
    lock.lock();
    try {
      watchers.add(watcher);
      if (current != null) {
        watcher.onNext(current);
      }
    } finally {
      lock.unlock();
    }
  }

  private void left(ServerCallStreamObserver<Secrets> watcher) {
    lock.lock();
    try {
      watchers.remove(watcher);
    } finally {
      lock.unlock();
    }
  }
}
