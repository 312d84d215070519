package dev.sluice.wire.anthropic.message;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.anthropic.message.AnswerEncoder.Reply;
import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Answers as decoders tell them.
final class Answers {

  static final Reply REPLY = new Reply("openai/gpt-x", "req-7", "chat");
  static final Tokens TOKENS = new Tokens(7, 40, 100, 20, 0, 0);

  private Answers() {}

  /// Of every kind of block, with the signatures that providers give and do not give.
  static List<AnswerEvent> full() {
    return List.of(
        new Begun("chatcmpl-AbC123", "gpt-x-2026", new Tokens(7, 0, 0, 0, 0, 0)),
        new ThinkingOpened(),
        new ThinkingGrown("Let me "),
        new ThinkingGrown("look."),
        new Closed(),
        new ThinkingOpened(),
        new ThinkingGrown("Signed."),
        new Signed("c2ln"),
        new Closed(),
        new SealedThinkingOpened("ZGF0YQ"),
        new Closed(),
        new TextOpened(),
        new TextGrown("Reading \"é\"\n"),
        new TextGrown(""),
        new TextGrown("😀"),
        new Closed(),
        new ToolUseOpened("call_1", "Read"),
        new InputGrown(" "),
        new InputGrown("{\"file_"),
        new InputGrown("path\":\"/a\",\"n\":1.10}"),
        new Closed(),
        new ToolUseOpened("call_2", "List"),
        new Closed(),
        new Ended(StopReason.TOOL_USE, null, TOKENS, null));
  }

  /// A search of the web, one that failed, and a text with what it rests on.
  static List<AnswerEvent> searched() {
    return List.of(
        new Begun("resp_1", "gpt-x", Tokens.NONE),
        new SearchOpened("ws_1"),
        new InputGrown("{\"query\":\"envoy\"}"),
        new Closed(),
        new FoundOpened(
            "ws_1",
            List.of(
                new Page("https://example.com/a", "", null, null),
                new Page("https://example.com/b", "B", "own", "a day ago")),
            null),
        new Closed(),
        new SearchOpened("ws-2"),
        new Closed(),
        new FoundOpened("ws-2", List.of(), "unavailable"),
        new Closed(),
        new TextOpened(),
        new TextGrown("A proxy"),
        new Cited(new Citation.Web("https://example.com/a", "A", "quoted", null)),
        new Cited(new Citation.Web("https://example.com/b", "", "", "place")),
        new Closed(),
        new TextOpened(),
        new TextGrown("."),
        new Cited(new Citation.Given(MessageJson.JSON.readTree("{\"type\":\"page_location\"}"))),
        new Closed(),
        new Ended(StopReason.END_TURN, null, new Tokens(7, 40, 0, 0, 0, 2), null));
  }

  /// One call of a tool whose input comes in these fragments.
  static List<AnswerEvent> call(String... fragments) {
    var events = new ArrayList<AnswerEvent>();
    events.add(new Begun("id", "m", Tokens.NONE));
    events.add(new ToolUseOpened("call_1", "Read"));
    Arrays.stream(fragments).map(InputGrown::new).forEach(events::add);
    events.add(new Closed());
    events.add(new Ended(StopReason.TOOL_USE, null, TOKENS, null));
    return events;
  }
}
