package dev.sluice.mcp.upstream.http;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One connection to a checked address: bytes out, and bytes in with a limit on every wait.
final class Wire implements AutoCloseable {

  private final Socket plain;
  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[16 * 1024];
  private int from;
  private int to;
  private long restingSince;

  private Wire(Socket plain, Socket socket) throws IOException {
    this.plain = plain;
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /// Connects to the first of the addresses that answers.
  static Wire connect(URI url, UrlGuard guard, SSLSocketFactory tls, Patience patience)
      throws CallException {
    @Nullable CallException last = null;
    for (var address : guard.addresses(url)) {
      try {
        return connect(url, address, tls, patience);
      } catch (CallException e) {
        last = e;
      }
    }
    if (last == null) {
      throw new IllegalStateException("BUG: a host without an address");
    }
    throw last;
  }

  private static Wire connect(URI url, InetAddress address, SSLSocketFactory tls, Patience patience)
      throws CallException {
    var plain = new Socket(java.net.Proxy.NO_PROXY);
    try {
      plain.connect(
          new InetSocketAddress(address, UrlGuard.port(url)),
          patience.millis(Patience.Phase.CONNECT));
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(patience.millis(Patience.Phase.CONNECT));
      return new Wire(plain, url.getScheme().equals("https") ? secured(url, plain, tls) : plain);
    } catch (SocketTimeoutException _) {
      quietly(plain);
      throw patience.timeout(Patience.Phase.CONNECT);
    } catch (CallException e) {
      quietly(plain);
      throw e;
    } catch (IOException e) {
      quietly(plain);
      throw CallException.of(
          Reason.UNREACHABLE,
          Effect.NEVER_RUN,
          "no connection (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  private static Socket secured(URI url, Socket plain, SSLSocketFactory tls) throws IOException {
    var host = UrlGuard.host(url);
    if (!(tls.createSocket(plain, host, UrlGuard.port(url), true) instanceof SSLSocket socket)) {
      throw new IllegalStateException("BUG: a factory for TLS without it");
    }
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  InetAddress address() {
    return plain.getInetAddress();
  }

  void write(byte[] bytes) throws IOException {
    var out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /// The next byte, or -1 at the end.
  int read(Patience patience, Patience.Phase phase) throws IOException {
    return from < to || fill(patience, phase) ? buffer[from++] & 0xff : -1;
  }

  /// Some of the next bytes, or -1 at the end.
  int read(byte[] target, int offset, int length, Patience patience) throws IOException {
    if (from == to && !fill(patience, Patience.Phase.BODY)) {
      return -1;
    }
    var count = Math.min(length, to - from);
    System.arraycopy(buffer, from, target, offset, count);
    from += count;
    return count;
  }

  private boolean fill(Patience patience, Patience.Phase phase) throws IOException {
    socket.setSoTimeout(patience.millis(phase));
    try {
      from = 0;
      to = Math.max(0, in.read(buffer));
      return to > 0;
    } catch (SocketTimeoutException _) {
      to = 0;
      throw patience.timeout(phase);
    }
  }

  void rest(long nowNanos) {
    restingSince = nowNanos;
  }

  long restingSince() {
    return restingSince;
  }

  /// Whether the server has closed it, or has sent what nobody asked for; looks for a moment.
  boolean spent() {
    if (from < to) {
      return true;
    }
    try {
      socket.setSoTimeout(1);
      var _ = in.read();
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  /// Closes what is below TLS: it ends every read and write at once, and never waits for a lock.
  @Override
  public void close() {
    quietly(plain);
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed, one way or the other.
    }
  }
}
