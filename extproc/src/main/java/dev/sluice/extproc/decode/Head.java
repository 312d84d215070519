package dev.sluice.extproc.decode;

import dev.sluice.wire.anthropic.MessagesRequest;
import org.jspecify.annotations.Nullable;

/// The head of a request, as far as the flow needs it.
///
/// @param path without the query
/// @param query without the question mark; null without one
/// @param complete no body follows
/// @param contentLength null for a body of unknown length
/// @param request what Envoy found in a plain body; null where the body itself must be read
public record Head(
    String requestId,
    String method,
    String path,
    @Nullable String query,
    boolean complete,
    @Nullable Long contentLength,
    Offered offered,
    Client client,
    Dialect dialect,
    @Nullable MessagesRequest request) {

  /// The same at another path, without a query.
  public Head at(String other) {
    return new Head(
        requestId, method, other, null, complete, contentLength, offered, client, dialect, request);
  }

  /// The credentials that a request carries; never kept, and never printed.
  public record Offered(
      @Nullable String sluiceKey, @Nullable String apiKey, @Nullable String authorization) {

    @Override
    public String toString() {
      return "Offered";
    }
  }
}
