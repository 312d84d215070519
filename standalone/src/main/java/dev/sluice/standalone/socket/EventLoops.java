package dev.sluice.standalone.socket;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The threads of all network input and output: epoll on Linux, elsewhere the JDK's own.
public record EventLoops(EventLoopGroup group, boolean epoll) implements AutoCloseable {

  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);

  public static EventLoops start(int threads) {
    var epoll = Epoll.isAvailable();
    var handler = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new EventLoops(new MultiThreadIoEventLoopGroup(threads, handler), epoll);
  }

  public SocketAddress address(Path socket) {
    return epoll ? new DomainSocketAddress(socket.toFile()) : UnixDomainSocketAddress.of(socket);
  }

  Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
  }

  /// A gRPC connection to a server on a Unix socket.
  public Connection connect(Path socket) {
    return new Connection(
        NettyChannelBuilder.forAddress(address(socket))
            .channelType(epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class)
            .eventLoopGroup(group)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build());
  }

  /// An open connection.
  public record Connection(ManagedChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSED_WITHIN.toMillis());
  }
}
