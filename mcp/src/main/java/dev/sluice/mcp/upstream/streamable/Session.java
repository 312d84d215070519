package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.http.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What every request of a session says: its id, where it has one, and its version.
record Session(ProtocolVersion version, Optional<Header> id) {

  List<Header> headers() {
    var headers = new ArrayList<Header>();
    id.ifPresent(headers::add);
    if (version.namedInHeader()) {
      headers.add(new Header("MCP-Protocol-Version", version.date()));
    }
    return headers;
  }

  List<Header> after(String lastEventId) {
    var headers = new ArrayList<>(headers());
    headers.add(new Header("Last-Event-ID", lastEventId));
    return headers;
  }
}
