package dev.sluice.extproc.translate;

import dev.sluice.wire.anthropic.message.AnswerEncoder;
import dev.sluice.wire.anthropic.message.StreamEncoder;
import dev.sluice.wire.anthropic.message.WholeEncoder;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.json.Completeness;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.Outgoing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A request in another language, and its answer in the client's.
final class Retold implements Prepared {

  private final Languages.Spoken.Foreign spoken;
  private final AnswerEncoder.Reply reply;
  private final Conversation conversation;
  private final Outgoing outgoing;

  Retold(Languages.Spoken.Foreign spoken, AnswerEncoder.Reply reply, Conversation conversation) {
    this.spoken = spoken;
    this.reply = reply;
    this.conversation = conversation;
    this.outgoing = spoken.translator().request(conversation);
  }

  @Override
  public Outgoing within(long outputTokens) {
    var shorter = conversation.within(outputTokens);
    return shorter.equals(conversation) ? outgoing : spoken.translator().request(shorter);
  }

  @Override
  public Translation answer(Outgoing sent) {
    var expected = sent.expected();
    boolean stream = expected.stream();
    var translator = spoken.translator();
    boolean calls = !conversation.tools().isEmpty();
    var to = reply; // Not this: the request would be kept as long as its answer takes.
    return new Translation(
        translator,
        to.requestId(),
        stream ? WayBack.Fate.Stream::new : WayBack.Fate.Whole::new,
        _ ->
            new Reading(
                translator.answer(expected),
                stream ? new StreamEncoder(to) : new WholeEncoder(to),
                calls));
  }

  private static final class Reading implements Translation.Reading {

    private final AnswerDecoder decoder;
    private final AnswerEncoder encoder;
    private final Completeness document = new Completeness();
    private final boolean stream;
    private final boolean calls;
    private boolean over;

    /// @param calls whether the model can call tools
    Reading(AnswerDecoder decoder, AnswerEncoder encoder, boolean calls) {
      this.calls = calls;
      this.decoder = decoder;
      this.encoder = encoder;
      this.stream = encoder instanceof StreamEncoder;
    }

    @Override
    public byte[] read(byte[] part, int offset, int length) {
      if (!stream) {
        document.see(part, offset, length);
      }
      return encode(decoder.read(part, offset, length));
    }

    @Override
    public byte[] end() {
      return encode(decoder.end());
    }

    private byte[] encode(List<AnswerEvent> events) {
      if (!events.isEmpty()) {
        var last = events.getLast();
        over |= last instanceof AnswerEvent.Ended || last instanceof AnswerEvent.Failed;
      }
      return encoder.encode(events);
    }

    @Override
    public @Nullable JsonNode usage(@Nullable JsonNode passed) {
      return decoder.usage();
    }

    @Override
    public AnswerDecoder.Held held() {
      var held = decoder.held();
      return calls ? held : new AnswerDecoder.Held(held.bytes(), false);
    }

    @Override
    public boolean hides() {
      return calls && decoder.hidesCalls();
    }

    @Override
    public boolean isWhole() {
      return stream ? over : document.isComplete();
    }
  }
}
