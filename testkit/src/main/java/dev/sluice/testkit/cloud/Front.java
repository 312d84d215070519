package dev.sluice.testkit.cloud;

import dev.sluice.testkit.anthropic.rules.RefusedException;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.MalformedException;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import dev.sluice.testkit.provider.Violation;
import dev.sluice.testkit.script.Reply;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/// The door of a simulated service: notes what comes in, and answers every refusal.
public final class Front implements HttpHandler {

  private final Books books;
  private final ForbiddenHeaders forbidden;
  private final Endpoints endpoints;
  private final AtomicLong serial = new AtomicLong();

  public Front(Books books, ForbiddenHeaders forbidden, Endpoints endpoints) {
    this.books = books;
    this.forbidden = forbidden;
    this.endpoints = endpoints;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    books.inFlight().begin();
    var requestId = nextRequestId();
    try {
      books.recorder().record(requestId, exchange.request());
      checkHeaders(requestId, exchange);
      endpoints.answer(requestId, exchange);
    } catch (CloudRefusedException e) {
      refuse(requestId, exchange, new Reply.Failure(e.status(), e.type(), e.text()));
    } catch (RefusedException e) {
      refuse(requestId, exchange, new Reply.Failure(e.status(), e.type(), e.text()));
    } finally {
      books.inFlight().end();
    }
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    var requestId = nextRequestId();
    var message = "malformed HTTP: " + problem.getMessage();
    books.recorder().violation(new Violation(requestId, message));
    respond(requestId, exchange, new Reply.Failure(problem.status(), "", message));
  }

  /// Answers a call that generates nothing.
  public void respond(String requestId, HttpExchange exchange, JsonNode json) throws IOException {
    var body = json.toString().getBytes(StandardCharsets.UTF_8);
    var envelope = endpoints.envelope(exchange.request());
    exchange.respond(200, envelope.headers(requestId, "application/json"), body, body.length);
  }

  private void checkHeaders(String requestId, HttpExchange exchange) {
    var violations = forbidden.violations(exchange.request());
    violations.forEach(problem -> books.recorder().violation(new Violation(requestId, problem)));
    if (!violations.isEmpty()) {
      throw new CloudRefusedException(400, "", String.join("; ", violations));
    }
  }

  private void refuse(String requestId, HttpExchange exchange, Reply.Failure failure)
      throws IOException {
    if (endpoints.generates(exchange.request())) {
      books
          .bill()
          .add(
              new BillEntry(
                  requestId,
                  "",
                  failure.status(),
                  Outcome.REFUSED,
                  Usage.NONE,
                  BigDecimal.ZERO,
                  0));
    }
    respond(requestId, exchange, failure);
  }

  private void respond(String requestId, HttpExchange exchange, Reply.Failure failure)
      throws IOException {
    var envelope = endpoints.envelope(exchange.request());
    var page = envelope.failure(requestId, failure);
    var headers = new ArrayList<>(envelope.headers(requestId, page.contentType()));
    headers.addAll(endpoints.headers(failure));
    var body = page.body().getBytes(StandardCharsets.UTF_8);
    exchange.respond(page.status(), headers, body, body.length);
  }

  private String nextRequestId() {
    return new UUID(System.nanoTime(), serial.incrementAndGet()).toString();
  }
}
