package dev.sluice.wire.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.Grown;
import dev.sluice.wire.translate.AnswerEvent.Opened;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Reads answers in every way that they can come.
public final class Answers {

  private Answers() {}

  public static List<AnswerEvent> whole(AnswerDecoder decoder, byte[] answer) {
    return cut(decoder, answer, answer.length);
  }

  public static List<AnswerEvent> cut(AnswerDecoder decoder, byte[] answer, int at) {
    var events = new ArrayList<>(decoder.read(answer, 0, at));
    events.addAll(decoder.read(answer, at, answer.length - at));
    events.addAll(decoder.end());
    assertThat(decoder.read(answer, 0, answer.length)).isEmpty();
    assertThat(decoder.end()).isEmpty();
    return events;
  }

  /// Whole, cut at every byte, and byte by byte.
  public static List<AnswerEvent> everyWay(Supplier<AnswerDecoder> decoders, byte[] answer) {
    var whole = whole(decoders.get(), answer);
    checkOrder(whole);
    for (int at = 0; at <= answer.length; at++) {
      assertThat(cut(decoders.get(), answer, at)).as("cut at %d", at).isEqualTo(whole);
    }
    var decoder = decoders.get();
    var slowly = new ArrayList<AnswerEvent>();
    for (int i = 0; i < answer.length; i++) {
      slowly.addAll(decoder.read(answer, i, 1));
    }
    slowly.addAll(decoder.end());
    assertThat(slowly).isEqualTo(whole);
    return whole;
  }

  /// One `Begun`, blocks one after the other, and an end.
  public static void checkOrder(List<AnswerEvent> events) {
    boolean open = false;
    for (int i = 0; i < events.size(); i++) {
      boolean first = i == 0;
      boolean last = i == events.size() - 1;
      boolean inBlock = open;
      switch (events.get(i)) {
        case Begun _ -> assertThat(first).as("begun first in %s", events).isTrue();
        case Opened _ -> {
          assertThat(inBlock || first).as("opened in %s", events).isFalse();
          open = true;
        }
        case Grown _ -> assertThat(inBlock).as("grown in %s", events).isTrue();
        case Closed _ -> {
          assertThat(inBlock).as("closed in %s", events).isTrue();
          open = false;
        }
        case Ended _ -> assertThat(last && !inBlock && !first).as("ended in %s", events).isTrue();
        case Failed _ -> assertThat(last).as("failed in %s", events).isTrue();
      }
    }
    assertThat(events.getLast()).isInstanceOfAny(Ended.class, Failed.class);
  }
}
