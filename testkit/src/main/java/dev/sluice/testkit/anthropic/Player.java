package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.anthropic.answer.Answer;
import dev.sluice.testkit.anthropic.answer.Composer;
import dev.sluice.testkit.anthropic.answer.Encoder;
import dev.sluice.testkit.anthropic.billing.BillEntry;
import dev.sluice.testkit.anthropic.billing.ModelPrice;
import dev.sluice.testkit.anthropic.billing.Outcome;
import dev.sluice.testkit.anthropic.billing.PriceTable;
import dev.sluice.testkit.anthropic.billing.Usage;
import dev.sluice.testkit.anthropic.script.ApiCall;
import dev.sluice.testkit.anthropic.script.Coding;
import dev.sluice.testkit.anthropic.script.Delivery;
import dev.sluice.testkit.anthropic.script.Reply;
import dev.sluice.testkit.anthropic.script.Script;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plays a script on an exchange, and writes the line of the bill for it.
final class Player {

  private static final Logger LOG = LoggerFactory.getLogger(Player.class);
  private static final int STATUS_ERROR = 500;
  private static final Map<String, Integer> STATUS_BY_TYPE =
      Map.of(
          "invalid_request_error", 400,
          "billing_error", 402,
          "permission_error", 403,
          "rate_limit_error", 429,
          "overloaded_error", 529);

  private final PriceTable prices;

  Player(PriceTable prices) {
    this.prices = prices;
  }

  /// @param input takes the prompt into the cache, and says how its tokens are billed
  BillEntry play(ApiCall call, HttpExchange exchange, Script script, Supplier<Usage> input)
      throws IOException {
    if (exchange.peerLeft(script.delivery().firstPause())) {
      return unanswered(call, script.reply(), input);
    }
    return switch (script.reply()) {
      case Reply.Message message -> message(call, exchange, script, message, input.get());
      case Reply.Failure failure -> {
        fail(call.requestId(), exchange, script.delivery(), failure);
        yield refused(call, failure.status());
      }
      case Reply.Page page -> {
        page(call, exchange, script.delivery(), page);
        yield refused(call, page.status());
      }
      case Reply.HangUp(var ending) -> {
        exchange.breakOff(ending);
        yield refused(call, 0);
      }
    };
  }

  /// The client left before the headers; a model that had begun to read is billed for that.
  private BillEntry unanswered(ApiCall call, Reply reply, Supplier<Usage> input) {
    return switch (reply) {
      case Reply.Message _ -> entry(call, 0, Outcome.CANCELLED, input.get(), 0);
      case Reply.Failure _, Reply.Page _, Reply.HangUp _ -> refused(call, 0);
    };
  }

  /// Answers a call that generates nothing with its scripted failure.
  void fail(ApiCall call, HttpExchange exchange, Script script) throws IOException {
    play(call, exchange, script, () -> Usage.NONE);
  }

  private void fail(
      String requestId, HttpExchange exchange, Delivery delivery, Reply.Failure failure)
      throws IOException {
    var error = Envelope.error(failure.type(), failure.message(), requestId);
    whole(
        requestId, exchange, delivery, failure.status(), "application/json", Envelope.bytes(error));
  }

  private void page(ApiCall call, HttpExchange exchange, Delivery delivery, Reply.Page page)
      throws IOException {
    var body = page.body().getBytes(StandardCharsets.UTF_8);
    whole(call.requestId(), exchange, delivery, page.status(), page.contentType(), body);
  }

  private BillEntry message(
      ApiCall call, HttpExchange exchange, Script script, Reply.Message message, Usage input)
      throws IOException {
    var delivery = script.delivery();
    var answer = Composer.compose(call, message, input, delivery);
    return call.streams()
        ? stream(call, exchange, delivery, answer, input)
        : document(call, exchange, delivery, answer, input);
  }

  private BillEntry stream(
      ApiCall call, HttpExchange exchange, Delivery delivery, Answer answer, Usage input) {
    try (var encoder = new Encoder(delivery.encoding().coding())) {
      var headers = headers(call.requestId(), delivery, "text/event-stream; charset=utf-8");
      var body = exchange.respondChunked(200, headers, delivery.encoding().chunkBytesMax());
      var stream = new Stream(call.requestId(), exchange, delivery, encoder, body);
      var outcome = send(stream, answer);
      return entry(call, 200, outcome, input.plus(stream.generated()), stream.bytesSent());
    } catch (IOException e) {
      LOG.debug("the client left before the answer: {}", e.toString());
      return entry(call, 0, Outcome.CANCELLED, input, 0);
    }
  }

  private static Outcome send(Stream stream, Answer answer) {
    try {
      return stream.send(answer);
    } catch (IOException e) {
      LOG.debug("the client left in mid-stream: {}", e.toString());
      return Outcome.CANCELLED;
    }
  }

  private BillEntry document(
      ApiCall call, HttpExchange exchange, Delivery delivery, Answer answer, Usage input)
      throws IOException {
    var usage = input;
    for (var step : answer.steps()) {
      if (exchange.peerLeft(delivery.pace())) {
        return entry(call, 0, Outcome.CANCELLED, usage, 0);
      }
      usage = usage.plus(step.adds());
    }
    if (delivery.midError().isPresent()) {
      var error = delivery.midError().get();
      var status = STATUS_BY_TYPE.getOrDefault(error.type(), STATUS_ERROR);
      fail(
          call.requestId(),
          exchange,
          delivery,
          new Reply.Failure(status, error.type(), error.message()));
      return refused(call, status);
    }
    return whole(call, exchange, delivery, answer, usage);
  }

  private BillEntry whole(
      ApiCall call, HttpExchange exchange, Delivery delivery, Answer answer, Usage usage) {
    var outcome = delivery.cut().isPresent() ? Outcome.ERROR : Outcome.COMPLETED;
    try {
      var body = Envelope.bytes(answer.message());
      var sent = whole(call.requestId(), exchange, delivery, 200, "application/json", body);
      return entry(call, 200, outcome, usage, sent);
    } catch (IOException e) {
      LOG.debug("the client left before the answer: {}", e.toString());
      return entry(call, 200, Outcome.CANCELLED, usage, 0);
    }
  }

  /// Sends a body that is there as a whole, as the script wants it; returns the bytes sent.
  private static long whole(
      String requestId,
      HttpExchange exchange,
      Delivery delivery,
      int status,
      String contentType,
      byte[] body)
      throws IOException {
    var encoded = encode(delivery.encoding().coding(), body);
    var headers = headers(requestId, delivery, contentType);
    if (delivery.cut().isEmpty()) {
      exchange.respond(status, headers, encoded, encoded.length);
      return encoded.length;
    }
    var cut = delivery.cut().get();
    var sent = (int) Math.min(cut.atByte(), encoded.length);
    var announced = cut.ending() == Ending.CLEAN ? Arrays.copyOf(encoded, sent) : encoded;
    exchange.respond(status, headers, announced, sent);
    exchange.breakOff(cut.ending());
    return sent;
  }

  private static byte[] encode(Coding coding, byte[] body) {
    try (var encoder = new Encoder(coding)) {
      var encoded = new ByteArrayOutputStream();
      encoded.writeBytes(encoder.encode(body));
      encoded.writeBytes(encoder.end());
      return encoded.toByteArray();
    }
  }

  private static List<Header> headers(String requestId, Delivery delivery, String contentType) {
    var more = new ArrayList<>(delivery.headers());
    if (delivery.encoding().coding() == Coding.GZIP) {
      more.add(new Header("content-encoding", "gzip"));
    }
    return Envelope.headers(requestId, contentType, more);
  }

  private static BillEntry refused(ApiCall call, int status) {
    return new BillEntry(
        call.requestId(), call.model(), status, Outcome.REFUSED, Usage.NONE, BigDecimal.ZERO, 0);
  }

  private BillEntry entry(ApiCall call, int status, Outcome outcome, Usage usage, long bytes) {
    var usd = prices.find(call.model()).map(price -> price(price, usage)).orElseThrow();
    return new BillEntry(call.requestId(), call.model(), status, outcome, usage, usd, bytes);
  }

  private static BigDecimal price(ModelPrice price, Usage usage) {
    return price.cost(usage).stripTrailingZeros();
  }
}
