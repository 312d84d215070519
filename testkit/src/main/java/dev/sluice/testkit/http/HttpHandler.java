package dev.sluice.testkit.http;

import java.io.IOException;

/// Answers requests, each on a virtual thread of its connection.
public interface HttpHandler {

  /// Answers one request. A broken connection may end it with an [IOException].
  void handle(HttpExchange exchange) throws IOException;

  /// Answers what is no valid request; the connection closes afterwards.
  void refuse(HttpExchange exchange, MalformedException problem) throws IOException;
}
