package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.http.Header;
import dev.sluice.mcp.upstream.http.HttpQuery;
import dev.sluice.mcp.upstream.http.HttpQuery.Repeatable;
import dev.sluice.mcp.upstream.http.HttpReply;
import dev.sluice.mcp.upstream.http.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Sends the requests of HTTP that the protocol needs to one endpoint, with its credentials; where
/// they are not taken, once more with new ones.
final class Line {

  private static final byte[] NOTHING = {};
  private static final int UNAUTHORIZED = 401;

  private final Endpoint endpoint;
  private final UpstreamLimits limits;
  private final MessageCodec codec;

  Line(Endpoint endpoint, UpstreamLimits limits) {
    this.endpoint = endpoint;
    this.limits = limits;
    this.codec = new MessageCodec(limits.message());
  }

  MessageCodec codec() {
    return codec;
  }

  UpstreamLimits limits() {
    return limits;
  }

  URI url() {
    return endpoint.url();
  }

  /// Posts a message; an answer can be JSON or a stream.
  HttpReply post(
      URI to,
      byte[] body,
      List<Header> headers,
      Repeatable repeatable,
      Patience patience,
      Cancellation cancellation)
      throws CallException {
    var all = new ArrayList<Header>();
    all.add(new Header("Accept", "application/json, text/event-stream"));
    all.add(new Header("Content-Type", "application/json"));
    all.addAll(headers);
    return send("POST", to, body, all, repeatable, patience, cancellation);
  }

  /// Asks for a stream of events.
  HttpReply stream(List<Header> headers, Patience patience, Cancellation cancellation)
      throws CallException {
    var all = new ArrayList<Header>();
    all.add(new Header("Accept", "text/event-stream"));
    all.addAll(headers);
    return send("GET", url(), NOTHING, all, Repeatable.YES, patience, cancellation);
  }

  HttpReply delete(List<Header> headers, Patience patience) throws CallException {
    return send("DELETE", url(), NOTHING, headers, Repeatable.YES, patience, new Cancellation());
  }

  private HttpReply send(
      String method,
      URI to,
      byte[] body,
      List<Header> headers,
      Repeatable repeatable,
      Patience patience,
      Cancellation cancellation)
      throws CallException {
    var reply =
        once(new HttpQuery(method, to, known(headers), body, repeatable), patience, cancellation);
    if (reply.status() != UNAUTHORIZED) {
      return reply;
    }
    reply.close();
    endpoint.credentials().refused();
    return once(
        new HttpQuery(method, to, known(headers), body, repeatable), patience, cancellation);
  }

  private HttpReply once(HttpQuery query, Patience patience, Cancellation cancellation)
      throws CallException {
    return endpoint.http().send(query, patience, cancellation, limits.streamBytesMax());
  }

  private List<Header> known(List<Header> headers) throws CallException {
    var all = new ArrayList<>(headers);
    all.addAll(endpoint.credentials().headers());
    return all;
  }

  Patience patience(Duration totalMax) {
    var times = limits.times();
    return Patience.of(times.connectMax(), times.firstByteMax(), times.idleMax(), totalMax);
  }

  Patience listening() {
    var times = limits.times();
    return Patience.of(
        times.connectMax(), times.firstByteMax(), times.listenIdleMax(), Duration.ofDays(1));
  }
}
