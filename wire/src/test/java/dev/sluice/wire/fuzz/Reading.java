package dev.sluice.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.message.AnswerEncoder.Reply;
import dev.sluice.wire.anthropic.message.StreamEncoder;
import dev.sluice.wire.anthropic.message.WholeEncoder;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/// Reads an answer whole and in parts, which must come to the same, and writes it for a client.
public final class Reading {

  private static final Reply REPLY = new Reply("a-model", "req_1", "compatible");
  private static final int PART_BYTES = 7;

  private Reading() {}

  public static void everyWay(Supplier<AnswerDecoder> decoders, byte[] answer) {
    var whole = read(decoders.get(), answer, answer.length);
    Answers.checkOrder(whole);
    assertThat(read(decoders.get(), answer, PART_BYTES)).isEqualTo(whole);
    var stream = new StreamEncoder(REPLY).encode(whole);
    var message = new WholeEncoder(REPLY).encode(whole);
    assertThat(stream).isNotEmpty();
    assertThat(JsonMapper.shared().readTree(message).isObject()).isTrue();
  }

  private static List<AnswerEvent> read(AnswerDecoder decoder, byte[] answer, int partBytes) {
    var events = new ArrayList<AnswerEvent>();
    for (int at = 0; at < answer.length; at += partBytes) {
      events.addAll(decoder.read(answer, at, Math.min(partBytes, answer.length - at)));
    }
    events.addAll(decoder.end());
    assertThat(decoder.end()).isEmpty();
    return events;
  }
}
