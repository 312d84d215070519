package dev.sluice.standalone.socket;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
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
  private final EventLoopGroup loops;
  private final Path socket;

  private GrpcServer(Server server, EventLoopGroup loops, Path socket) {
    this.server = server;
    this.loops = loops;
    this.socket = socket;
  }

  /// Calls run on the event loops; a service that blocks must leave them by itself.
  public static GrpcServer start(Path socket, int threads, List<BindableService> services)
      throws IOException {
    Files.deleteIfExists(socket);
    var transport = Transport.available();
    var loops = new MultiThreadIoEventLoopGroup(threads, transport.handler());
    var builder =
        NettyServerBuilder.forAddress(transport.address(socket))
            .channelType(transport.channel())
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .initialFlowControlWindow(WINDOW_BYTES)
            .maxConcurrentCallsPerConnection(Integer.MAX_VALUE)
            .permitKeepAliveWithoutCalls(true);
    services.forEach(builder::addService);
    var server = builder.build().start();
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    return new GrpcServer(server, loops, socket);
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
    loops.shutdownGracefully(0, CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    Files.deleteIfExists(socket);
  }

  /// Epoll on Linux; elsewhere the JDK's own Unix sockets.
  private record Transport(
      IoHandlerFactory handler, Class<? extends ServerChannel> channel, boolean epoll) {

    static Transport available() {
      return Epoll.isAvailable()
          ? new Transport(EpollIoHandler.newFactory(), EpollServerDomainSocketChannel.class, true)
          : new Transport(NioIoHandler.newFactory(), NioServerDomainSocketChannel.class, false);
    }

    SocketAddress address(Path socket) {
      return epoll
          ? new DomainSocketAddress(socket.toFile())
          : UnixDomainSocketAddress.of(socket);
    }
  }
}
