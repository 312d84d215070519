package dev.sluice.testkit.http;

import java.util.List;
import java.util.Optional;

/// A request as received: the target with its query, the headers in wire order, the whole body.
///
/// The body array is shared, not copied: requests reach 32 MiB. Nobody writes to it.
@SuppressWarnings("ArrayRecordComponent")
public record HttpRequest(String method, String target, List<Header> headers, byte[] body) {

  public HttpRequest {
    headers = List.copyOf(headers);
  }

  public String path() {
    var query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  public String query() {
    var query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /// The first header of that name.
  public Optional<String> header(String name) {
    return headers.stream().filter(h -> h.named(name)).map(Header::value).findFirst();
  }

  public List<String> all(String name) {
    return headers.stream().filter(h -> h.named(name)).map(Header::value).toList();
  }

  boolean asksToClose() {
    return header("connection").filter(value -> value.equalsIgnoreCase("close")).isPresent();
  }
}
