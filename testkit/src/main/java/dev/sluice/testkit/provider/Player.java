package dev.sluice.testkit.provider;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.answer.Encoder;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Coding;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import dev.sluice.testkit.script.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plays a script on an exchange, and writes the line of the bill for it.
public final class Player {

  private static final Logger LOG = LoggerFactory.getLogger(Player.class);

  private final PriceTable prices;
  private final Envelope envelope;
  private final Composer composer;

  public Player(PriceTable prices, Envelope envelope, Composer composer) {
    this.prices = prices;
    this.envelope = envelope;
    this.composer = composer;
  }

  /// @param input takes the prompt into the cache, and says how its tokens are billed
  public BillEntry play(ApiCall call, HttpExchange exchange, Script script, Supplier<Usage> input)
      throws IOException {
    if (exchange.peerLeft(script.delivery().firstPause())) {
      return unanswered(call, script.reply(), input);
    }
    return switch (script.reply()) {
      case Reply.Message message -> message(call, exchange, script, message, input.get());
      case Reply.Failure failure -> {
        var page = envelope.failure(call.requestId(), failure);
        page(call, exchange, script.delivery(), page);
        yield refused(call, page.status());
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
  public void fail(ApiCall call, HttpExchange exchange, Script script) throws IOException {
    play(call, exchange, script, () -> Usage.NONE);
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
    var answer = composer.compose(call, message, input, delivery);
    boolean lost = delivery.cut().filter(Delivery.Cut::isBeforeHead).isPresent();
    return call.streams() && !lost
        ? stream(call, exchange, delivery, answer, input)
        : document(call, exchange, delivery, answer, input);
  }

  private BillEntry stream(
      ApiCall call, HttpExchange exchange, Delivery delivery, Answer answer, Usage input) {
    try (var encoder = new Encoder(delivery.encoding().coding())) {
      var headers = headers(call.requestId(), delivery, envelope.streamType());
      var body = exchange.respondChunked(200, headers, delivery.encoding().chunkBytesMax());
      var stream = new Stream(exchange, delivery, encoder, body);
      var outcome = send(call, stream, answer);
      return entry(call, 200, outcome, input.plus(stream.generated()), stream.bytesSent());
    } catch (IOException e) {
      LOG.debug("the client left before the answer: {}", e.toString());
      return entry(call, 0, Outcome.CANCELLED, input, 0);
    }
  }

  private Outcome send(ApiCall call, Stream stream, Answer answer) {
    try {
      return stream.send(answer, error -> envelope.broken(call, stream.events(), error));
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
      var failure = new Reply.Failure(envelope.status(error), error.type(), error.message());
      var page = envelope.failure(call.requestId(), failure);
      page(call, exchange, delivery, page);
      return refused(call, page.status());
    }
    return whole(call, exchange, delivery, answer, usage);
  }

  private BillEntry whole(
      ApiCall call, HttpExchange exchange, Delivery delivery, Answer answer, Usage usage)
      throws IOException {
    var cut = delivery.cut();
    if (cut.isPresent() && cut.get().isBeforeHead()) {
      exchange.breakOff(cut.get().ending());
      return entry(call, 0, Outcome.ERROR, usage, 0);
    }
    var outcome = cut.isPresent() ? Outcome.ERROR : Outcome.COMPLETED;
    try {
      var body = answer.document().toString().getBytes(StandardCharsets.UTF_8);
      var sent = whole(call.requestId(), exchange, delivery, 200, "application/json", body);
      return entry(call, 200, outcome, usage, sent);
    } catch (IOException e) {
      LOG.debug("the client left before the answer: {}", e.toString());
      return entry(call, 200, Outcome.CANCELLED, usage, 0);
    }
  }

  /// Sends a body that is there as a whole, as the script wants it; returns the bytes sent.
  private long whole(
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

  private List<Header> headers(String requestId, Delivery delivery, String contentType) {
    var headers = new ArrayList<>(envelope.headers(requestId, contentType));
    if (delivery.encoding().coding() == Coding.GZIP) {
      headers.add(new Header("content-encoding", "gzip"));
    }
    headers.addAll(delivery.headers());
    return headers;
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
