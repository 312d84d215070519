package dev.sluice.testkit.cloud;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.script.Reply;
import java.io.IOException;
import java.util.List;

/// What a simulated service answers behind its door.
public interface Endpoints {

  void answer(String requestId, HttpExchange exchange) throws IOException;

  /// True for a call that has a line on the bill even when it is refused.
  boolean generates(HttpRequest request);

  Envelope envelope(HttpRequest request);

  /// Headers that only this failure has.
  List<Header> headers(Reply.Failure failure);
}
