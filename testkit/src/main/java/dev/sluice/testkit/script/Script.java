package dev.sluice.testkit.script;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.script.Delivery.Break;
import dev.sluice.testkit.script.Delivery.Cut;
import dev.sluice.testkit.script.Delivery.Encoding;
import dev.sluice.testkit.script.Delivery.Stall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// One scripted answer, read from left to right: `Script.answer().thinking("Hm.").tool("Read",
/// Map.of("file_path", "a.txt")).pace(ofMillis(5))`.
public record Script(Reply reply, Delivery delivery) {

  /// Of a test that has ended without a word.
  private static final Duration STALL_MAX = Duration.ofMinutes(2);

  /// A message without blocks yet.
  public static Script answer() {
    return of(new Reply.Message(List.of(), Long.MAX_VALUE));
  }

  /// An error in the API's envelope.
  public static Script fails(int status, String type, String message) {
    return of(new Reply.Failure(status, type, message));
  }

  /// 429 `rate_limit_error`, without any hint when to come back.
  public static Script rateLimited() {
    return fails(429, "rate_limit_error", "This request would exceed your rate limit.");
  }

  /// 529 `overloaded_error`.
  public static Script overloaded() {
    return fails(529, "overloaded_error", "Overloaded");
  }

  /// Any status with any body: HTML, plain text, nothing.
  public static Script page(int status, String contentType, String body) {
    return of(new Reply.Page(status, contentType, body));
  }

  /// The connection ends before the first byte of an answer.
  public static Script hangUp(Ending ending) {
    return of(new Reply.HangUp(ending));
  }

  private static Script of(Reply reply) {
    return new Script(reply, Delivery.PLAIN);
  }

  public Script text(String text) {
    return block(new Block.Text(text));
  }

  public Script textOfBytes(int bytes) {
    return text(FillerText.ofBytes(bytes));
  }

  public Script textOfTokens(int tokens) {
    return text(FillerText.ofTokens(tokens));
  }

  public Script thinking(String text) {
    return block(new Block.Thinking(text));
  }

  public Script thinkingOfTokens(int tokens) {
    return thinking(FillerText.ofTokens(tokens));
  }

  public Script tool(String name, Map<String, ?> input) {
    return block(new Block.ToolUse(name, input));
  }

  public Script webSearch(String query) {
    return block(new Block.WebSearch(query));
  }

  public Script failedSearch(String query) {
    return block(new Block.FailedSearch(query));
  }

  public Script openedPage(String url) {
    return block(new Block.OpenedPage(url));
  }

  /// The model declines with these words; nothing follows.
  public Script refusal(String text) {
    return block(new Block.Refusal(text));
  }

  /// The provider's filter ends the answer there.
  public Script filtered() {
    return block(new Block.Filtered());
  }

  /// Stops there with `max_tokens`, as if the request had asked for no more.
  public Script stopAt(long tokens) {
    return new Script(new Reply.Message(message().blocks(), tokens), delivery);
  }

  private Script block(Block block) {
    var more = new ArrayList<>(message().blocks());
    more.add(block);
    return new Script(new Reply.Message(more, message().tokensMax()), delivery);
  }

  private Reply.Message message() {
    if (reply instanceof Reply.Message message) {
      return message;
    }
    throw new IllegalStateException("part of a message after " + reply + " (expected: answer())");
  }

  public Script header(String name, String value) {
    var more = new ArrayList<>(delivery.headers());
    more.add(new Header(name, value));
    return delivered(delivery.withHeaders(more));
  }

  public Script retryAfter(Duration wait) {
    return header("retry-after", Long.toString(wait.toSeconds()));
  }

  /// A pause before every event but the first; without streaming, before the whole answer.
  public Script pace(Duration beforeEvent) {
    return delivered(delivery.withPace(beforeEvent));
  }

  /// A silence before the headers.
  public Script stall(Duration beforeHeaders) {
    return delivered(delivery.withFirstPause(beforeHeaders));
  }

  /// A silence in mid-stream; message_start is the first event.
  public Script stallAfter(int events, Duration duration) {
    return stalled(events, duration, new CountDownLatch(1));
  }

  /// The same until the test says that it is over, so that a stream outlasts what is done
  /// meanwhile, however long that takes.
  public Script stallAfter(int events, CountDownLatch over) {
    return stalled(events, STALL_MAX, over);
  }

  private Script stalled(int events, Duration duration, CountDownLatch over) {
    return delivered(delivery.withStall(new Stall(events, duration, over)));
  }

  /// An SSE error event that ends the stream.
  public Script errorAfter(int events, String type, String message) {
    return delivered(delivery.withMidError(new Break(events, type, message)));
  }

  /// The end of the answer at a byte of its body (as encoded, without the framing of chunks).
  public Script cutAt(long bodyByte, Ending ending) {
    return delivered(delivery.withCut(new Cut(bodyByte, ending)));
  }

  /// The whole answer is written, and billed, and the connection ends before its head.
  public Script lost(Ending ending) {
    return delivered(delivery.withCut(Cut.beforeHead(ending)));
  }

  public Script gzip() {
    var old = delivery.encoding();
    return encoded(new Encoding(Coding.GZIP, old.flavour(), old.chunkBytesMax()));
  }

  public Script flavour(SseFlavour flavour) {
    var old = delivery.encoding();
    return encoded(new Encoding(old.coding(), flavour, old.chunkBytesMax()));
  }

  /// Chunks of at most that many bytes, each one written by itself; 1 breaks at every byte.
  public Script chunks(int bytesMax) {
    var old = delivery.encoding();
    return encoded(new Encoding(old.coding(), old.flavour(), bytesMax));
  }

  public Script usageIn(UsagePlace place) {
    return delivered(delivery.withUsagePlace(place));
  }

  public Script tokensPerEvent(int tokens) {
    return delivered(delivery.withTokensPerEvent(tokens));
  }

  private Script encoded(Encoding encoding) {
    return delivered(delivery.withEncoding(encoding));
  }

  private Script delivered(Delivery changed) {
    return new Script(reply, changed);
  }
}
