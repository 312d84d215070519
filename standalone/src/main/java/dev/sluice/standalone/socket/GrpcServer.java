package dev.sluice.standalone.socket;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A gRPC server on a Unix socket that only its user can open.
public final class GrpcServer implements AutoCloseable {

  /// A message holds a whole request body: 32 MiB, and what surrounds it.
  private static final int MESSAGE_BYTES_MAX = 40 << 20;

  private static final int WINDOW_BYTES = 4 << 20;
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);

  private final Server server;
  private final Path socket;

  private GrpcServer(Server server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  /// Calls run on the event loops; a service that blocks must leave them by itself.
  public static GrpcServer start(Path socket, EventLoops loops, List<BindableService> services)
      throws IOException {
    Files.deleteIfExists(socket);
    var builder =
        NettyServerBuilder.forAddress(loops.address(socket))
            .channelType(loops.serverChannel())
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .directExecutor()
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .initialFlowControlWindow(WINDOW_BYTES)
            .maxConcurrentCallsPerConnection(Integer.MAX_VALUE)
            .permitKeepAliveWithoutCalls(true);
    services.forEach(builder::addService);
    var server = builder.build().start();
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    return new GrpcServer(server, socket);
  }

  @Override
  public void close() throws IOException {
    server.shutdown();
    try {
      if (!server.awaitTermination(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
    Files.deleteIfExists(socket);
  }
}
