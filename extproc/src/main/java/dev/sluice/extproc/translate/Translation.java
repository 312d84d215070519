package dev.sluice.extproc.translate;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Seen;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.translate.Languages.Spoken;
import dev.sluice.extproc.watch.AnswerHead;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.answer.AnswerReader;
import dev.sluice.wire.anthropic.message.AnswerEncoder;
import dev.sluice.wire.anthropic.message.MessagesError;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Translator;
import dev.sluice.wire.translate.UntranslatableException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The way back of an answer in other words than the client's. Its parts are read by one thread;
/// another can ask whether it is whole, and end it.
public final class Translation implements WayBack, WayBack.Passing, Exchange.Words {

  /// Of an answer with an error status.
  private static final int ERROR_BYTES_MAX = 64 << 10;

  private static final Body NOTHING = new Body(new byte[0], 0, 0);

  /// Reads an answer as it comes, and says it in the client's words.
  interface Reading {

    byte[] read(byte[] part, int offset, int length);

    byte[] end();

    /// Whether nothing is missing but the end.
    boolean isWhole();

    /// The usage in the provider's own words.
    ///
    /// @param passed what the client was told
    @Nullable JsonNode usage(@Nullable JsonNode passed);

    /// What was read and is not told yet.
    AnswerDecoder.Held held();

    /// Whether what the model writes can be out of sight for long.
    default boolean hides() {
      return false;
    }
  }

  /// Begins to read an answer.
  interface Readings {

    /// @param inputTokens that its head tells; null where it does not
    Reading begin(@Nullable Long inputTokens);
  }

  private final Translator errors;
  private final String requestId;
  private final Fate good;
  private final Readings readings;
  private @Nullable Reading reading;
  private final AnswerReader told = new AnswerReader();
  private long readBytes;

  /// When the answer ended.
  private AnswerDecoder.@Nullable Held held;

  private long toldAt;
  private int failedStatus;

  /// @param good what becomes of an answer that is no error
  Translation(
      Translator errors, String requestId, Function<Passing, Fate> good, Readings readings) {
    this.errors = errors;
    this.requestId = requestId;
    this.readings = readings;
    this.good = good.apply(this);
  }

  /// @throws Refused where the provider's language has no word for something that matters
  public static Prepared prepare(Exchange.Facts facts, Dialect dialect, Body body) {
    var route = facts.route();
    try {
      if (facts.endpoint() == Endpoint.EMBEDDINGS) {
        return Embedded.of(facts, body);
      }
      return switch (Languages.of(route.upstream().service(), route.model())) {
        case Spoken.Foreign spoken -> {
          var model = facts.request().model();
          var reply = new AnswerEncoder.Reply(model, facts.requestId(), spoken.origin());
          yield new Retold(spoken, reply, conversation(facts, body));
        }
        case Spoken.Framed spoken -> {
          if (!facts.request().serverTools().equals(ServerTools.NONE)) {
            spoken.frame().checkTools(body.bytes(), body.offset(), body.length());
          }
          yield new Reframed(spoken, facts, dialect.betas(), body);
        }
      };
    } catch (UntranslatableException e) {
      var capability = e.capability().word();
      var sentence = String.valueOf(e.getMessage());
      throw new Refused(new Refusal.Untranslatable(capability, sentence, facts.model()));
    } catch (MalformedBodyException e) {
      throw new Refused(new Refusal.BodyMalformed(e.value(), e.expected()));
    }
  }

  /// Other providers refuse a number of tokens that is too high for their model.
  private static Conversation conversation(Exchange.Facts facts, Body body) {
    var model = facts.route().model();
    var read =
        MessagesReader.read(body.bytes(), body.offset(), body.length()).of(model.upstreamName());
    var most = model.outputTokensMax();
    return most == null || facts.request().maxTokens() == null ? read : read.within(most);
  }

  @Override
  public synchronized Fate begins(AnswerHead head) {
    if (!head.byProvider() || head.isCompressedError()) {
      return new Fate.AsItIs(); // It is in the client's words, or will be.
    }
    if (head.isGood() && !head.complete()) {
      reading = readings.begin(head.inputTokens());
      toldAt = System.nanoTime();
      return good;
    }
    failedStatus = head.statusCode();
    return head.complete() ? new Fate.Replaced(instead(NOTHING)) : new Fate.Kept(this::instead);
  }

  @Override
  public synchronized byte[] read(Body part, boolean last) {
    if (reading == null) {
      throw new IllegalStateException("BUG: an answer without a head");
    }
    var bytes = reading.read(part.bytes(), part.offset(), part.length());
    see(part.length(), bytes);
    if (!last) {
      return bytes;
    }
    held = reading.held();
    var out = new ByteArrayOutputStream();
    out.writeBytes(bytes);
    out.writeBytes(reading.end());
    return out.toByteArray();
  }

  private void see(int length, byte[] bytes) {
    readBytes += length;
    if (bytes.length > 0 && good instanceof Fate.Stream) {
      toldAt = System.nanoTime();
      told.read(bytes, 0, bytes.length);
    }
  }

  @Override
  public synchronized Seen seen() {
    if (reading == null || !(good instanceof Fate.Stream)) {
      return Seen.NOTHING;
    }
    var left = held == null ? reading.held() : held;
    long silent = System.nanoTime() - toldAt;
    return new Seen(
        told.visible(),
        readBytes,
        left.bytes(),
        left.endless(),
        reading.hides(),
        TimeUnit.NANOSECONDS.toMillis(silent));
  }

  @Override
  public synchronized boolean isWhole() {
    return reading != null && reading.isWhole();
  }

  /// The usage of a good answer in the provider's own words; null where it told none.
  ///
  /// @param passed what the client was told
  @Override
  public synchronized @Nullable JsonNode usage(@Nullable JsonNode passed) {
    return reading == null ? passed : reading.usage(passed);
  }

  /// What an answer with an error status says.
  private Answer instead(Body body) {
    int to = body.offset() + Math.min(body.length(), ERROR_BYTES_MAX);
    var said = Arrays.copyOfRange(body.bytes(), body.offset(), to);
    var error =
        MessagesError.isOne(said)
            ? new MessagesError(failedStatus, said)
            : MessagesError.of(errors.error(failedStatus, said), requestId);
    return Answers.failed(error.status(), error.body());
  }
}
