package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.http.Http;
import java.net.URI;

/// Where a server is, how it is reached, and what it knows us by.
public record Endpoint(URI url, Transport transport, Http http, Credentials credentials) {

  /// Which of the transports a server has.
  public enum Transport {
    /// Found out: the streamable one, or else the old one.
    ANY,
    STREAMABLE,
    /// The one of 2024-11-05: a stream of events, and a place for posts.
    SSE
  }
}
