package dev.sluice.testkit.provider;

import dev.sluice.testkit.http.Header;
import java.util.List;
import java.util.Optional;

/// A request as it arrived.
///
/// @param target path and query
/// @param headers in wire order
/// @param bodySha256 in lower-case hexadecimal
/// @param body present only where the retention keeps bodies
public record ReceivedRequest(
    String requestId,
    String method,
    String target,
    List<Header> headers,
    String bodySha256,
    int bodyBytes,
    Optional<byte[]> body) {

  public ReceivedRequest {
    headers = List.copyOf(headers);
  }

  public String path() {
    var query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /// The first header of that name.
  public Optional<String> header(String name) {
    return headers.stream().filter(h -> h.named(name)).map(Header::value).findFirst();
  }
}
