package dev.sluice.mcp.upstream.http;

import java.net.URI;
import java.util.List;

/// A request: where to, with which headers beside those of the connection, and its whole body.
///
/// @param repeatable whether it may be sent again on a new connection when one that was kept open
///   turns out to be gone
@SuppressWarnings("ArrayRecordComponent") // Nobody writes to it, and it may be large.
public record HttpQuery(
    String method, URI url, List<Header> headers, byte[] body, Repeatable repeatable) {

  /// Whether it does harm to send it twice.
  public enum Repeatable {
    YES,
    NO
  }

  public HttpQuery {
    headers = List.copyOf(headers);
  }
}
