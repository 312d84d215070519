package dev.sluice.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.Grown;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.Opened;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Reads answers in tests: whole, and cut at every byte, which must come to the same.
public final class Answers {

  private Answers() {}

  /// The blocks of an answer, a line each, and how it ended.
  public static List<String> lines(Supplier<AnswerDecoder> decoders, String body) {
    var events = events(decoders, body);
    ordered(events);
    return lines(events);
  }

  public static List<AnswerEvent> events(Supplier<AnswerDecoder> decoders, String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var whole = read(decoders.get(), bytes, bytes.length);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(read(decoders.get(), bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
    }
    var decoder = decoders.get();
    var single = new ArrayList<AnswerEvent>();
    for (int i = 0; i < bytes.length; i++) {
      single.addAll(decoder.read(bytes, i, 1));
    }
    single.addAll(decoder.end());
    assertThat(single).as("byte by byte").isEqualTo(whole);
    return whole;
  }

  private static List<AnswerEvent> read(AnswerDecoder decoder, byte[] bytes, int cut) {
    var events = new ArrayList<>(decoder.read(bytes, 0, cut));
    events.addAll(decoder.read(bytes, cut, bytes.length - cut));
    events.addAll(decoder.end());
    assertThat(decoder.end()).isEmpty();
    return events;
  }

  /// One `Begun`, blocks one after the other, one end.
  public static void ordered(List<AnswerEvent> events) {
    boolean open = false;
    for (int i = 0; i < events.size(); i++) {
      boolean last = i == events.size() - 1;
      switch (events.get(i)) {
        case Begun _ -> assertThat(i).isZero();
        case Opened _ -> {
          assertThat(open).as("opens while another is open: %s", events).isFalse();
          open = true;
        }
        case Grown _ -> assertThat(open).as("grows while none is open: %s", events).isTrue();
        case Closed _ -> {
          assertThat(open).as("closes while none is open: %s", events).isTrue();
          open = false;
        }
        case Ended _ -> assertThat(last && !open).as("ends: %s", events).isTrue();
        case Failed _ -> assertThat(last).as("fails: %s", events).isTrue();
      }
    }
    assertThat(events.getLast()).isInstanceOfAny(Ended.class, Failed.class);
  }

  private static List<String> lines(List<AnswerEvent> events) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var event : events) {
      switch (event) {
        case Begun(var id, var model, _) -> lines.add("begun " + id + " " + model);
        case TextOpened _ -> line.append("text ");
        case ThinkingOpened _ -> line.append("thinking ");
        case ToolUseOpened(var id, var name) -> line.append("call " + id + " " + name + " ");
        case SealedThinkingOpened(var data) -> line.append("sealed " + data);
        case SearchOpened(var id) -> line.append("search " + id + " ");
        case FoundOpened(var id, var pages, var failure) ->
            line.append("found " + id + " " + (failure == null ? pages : failure));
        case Cited(var citation) -> line.append(" cites " + citation);
        case TextGrown(var text) -> line.append(text);
        case ThinkingGrown(var text) -> line.append(text);
        case InputGrown(var json) -> line.append(json);
        case Signed(var signature) -> line.append(" signed " + signature);
        case Closed _ -> {
          lines.add(line.toString());
          line.setLength(0);
        }
        case Ended(var reason, var sequence, var tokens, _) ->
            lines.add(
                "ended "
                    + reason
                    + (sequence == null ? "" : " " + sequence)
                    + (tokens == null
                        ? ""
                        : " in %d out %d read %d write %d"
                            .formatted(
                                tokens.input(),
                                tokens.output(),
                                tokens.cacheRead(),
                                tokens.cacheWrite5m())));
        case Failed(var error) -> lines.add("failed " + error.kind());
      }
    }
    return lines;
  }
}
