package dev.sluice.bench.translation;

import dev.sluice.testkit.aws.EventFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// The same answer in each language: 300 pieces of text, an event each.
final class Streams {

  static final int PIECES = 300;

  private static final String TEXT = "some of the text ";

  static final List<byte[]> CLAUDE = claude(Streams::named);
  static final List<byte[]> INVOKE = claude(Streams::chunk);
  static final List<byte[]> CHAT = chat();
  static final List<byte[]> RESPONSES = responses();
  static final List<byte[]> GEMINI = gemini();
  static final List<byte[]> CONVERSE = converse();

  private Streams() {}

  private static List<byte[]> of(String first, String piece, String... last) {
    var events = new ArrayList<String>();
    if (!first.isEmpty()) {
      events.add(first);
    }
    for (int i = 0; i < PIECES; i++) {
      events.add(piece);
    }
    events.addAll(List.of(last));
    return events.stream().map(Streams::bytes).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String data(String json) {
    return "data: " + json + "\n\n";
  }

  private static List<byte[]> claude(Function<String, byte[]> framed) {
    var events = new ArrayList<byte[]>();
    events.add(
        framed.apply(
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                + "\"role\":\"assistant\",\"model\":\"claude-opus-5-5\",\"content\":[],"
                + "\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}"));
    events.add(
        framed.apply(
            "{\"type\":\"content_block_start\",\"index\":0,"
                + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"));
    for (int i = 0; i < PIECES; i++) {
      events.add(
          framed.apply(
              "{\"type\":\"content_block_delta\",\"index\":0,"
                  + "\"delta\":{\"type\":\"text_delta\",\"text\":\""
                  + TEXT
                  + "\"}}"));
    }
    events.add(framed.apply("{\"type\":\"content_block_stop\",\"index\":0}"));
    events.add(
        framed.apply(
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                + "\"usage\":{\"output_tokens\":900}}"));
    events.add(framed.apply("{\"type\":\"message_stop\"}"));
    return List.copyOf(events);
  }

  private static byte[] named(String json) {
    int from = json.indexOf(":\"") + 2;
    var name = json.substring(from, json.indexOf('"', from));
    return bytes("event: " + name + "\n" + data(json));
  }

  private static byte[] frame(String type, byte[] json) {
    return EventFrame.event(type, json).encode();
  }

  private static byte[] chunk(String json) {
    var base64 = Base64.getEncoder().encodeToString(bytes(json));
    return frame("chunk", bytes("{\"bytes\":\"" + base64 + "\",\"p\":\"abcdef\"}"));
  }

  private static List<byte[]> chat() {
    var chunk =
        "{\"id\":\"a1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}";
    return of(
        data(chunk.formatted("{\"role\":\"assistant\",\"content\":\"\"}", "null")),
        data(chunk.formatted("{\"content\":\"" + TEXT + "\"}", "null")),
        data(chunk.formatted("{}", "\"stop\"")),
        data(
            "{\"id\":\"a1\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
                + "\"completion_tokens\":900,\"total_tokens\":910}}"),
        data("[DONE]"));
  }

  private static List<byte[]> responses() {
    var item = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[%s]}";
    var whole = "{\"type\":\"output_text\",\"text\":\"" + TEXT.repeat(PIECES) + "\"}";
    return of(
        data("{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\"}}")
            + data(
                "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":"
                    + item.formatted("")
                    + "}"),
        data(
            "{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,"
                + "\"content_index\":0,\"delta\":\""
                + TEXT
                + "\"}"),
        data(
            "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":"
                + item.formatted(whole)
                + "}"),
        data(
            "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\","
                + "\"status\":\"completed\",\"usage\":{\"input_tokens\":10,"
                + "\"output_tokens\":900}}}"));
  }

  private static List<byte[]> gemini() {
    var chunk =
        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"%s\"}]}%s,"
            + "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":10,"
            + "\"candidatesTokenCount\":900,\"totalTokenCount\":910},\"responseId\":\"r1\"}";
    return of(
        "",
        data(chunk.formatted(TEXT, "")),
        data(chunk.formatted("", ",\"finishReason\":\"STOP\"")));
  }

  private static List<byte[]> converse() {
    var events = new ArrayList<byte[]>();
    events.add(frame("messageStart", bytes("{\"role\":\"assistant\"}")));
    for (int i = 0; i < PIECES; i++) {
      events.add(
          frame(
              "contentBlockDelta",
              bytes("{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + TEXT + "\"}}")));
    }
    events.add(frame("contentBlockStop", bytes("{\"contentBlockIndex\":0}")));
    events.add(frame("messageStop", bytes("{\"stopReason\":\"end_turn\"}")));
    events.add(frame("metadata", bytes("{\"usage\":{\"inputTokens\":10,\"outputTokens\":900}}")));
    return List.copyOf(events);
  }
}
