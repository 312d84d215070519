package dev.sluice.wire.rivals;

import dev.sluice.wire.anthropic.message.AnswerEncoder.Reply;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.anthropic.message.StreamEncoder;
import dev.sluice.wire.fuzz.Languages;
import dev.sluice.wire.translate.AnswerDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole way of a request, and of an answer back, in JSON; single quotes stand for double ones.
final class Told {

  private static final JsonMapper JSON = JsonMapper.shared();

  private Told() {}

  static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  static JsonNode json(String text) {
    return JSON.readTree(bytes(text));
  }

  /// A request of the Messages API with these members.
  static byte[] request(String members) {
    return bytes("{'model':'claude-opus-5-5','max_tokens':1000," + members + "}");
  }

  /// What a provider is sent in its language.
  static JsonNode to(String language, String members) {
    return JSON.readTree(bodyTo(language, members));
  }

  static byte[] bodyTo(String language, String members) {
    var body = request(members);
    var conversation = MessagesReader.read(body, 0, body.length).of("a-model");
    return Languages.of(language).request(conversation).body();
  }

  /// What Claude is sent in a cloud.
  static JsonNode framed(CloudFrame frame, String members) {
    var body = request(members);
    return JSON.readTree(MessagesEdit.edit(frame, List.of(), body, 0, body.length).body());
  }

  /// The events that a client gets, whose data is of the type that is told.
  static List<JsonNode> events(AnswerDecoder decoder, byte[] answer, String origin) {
    var encoder = new StreamEncoder(new Reply("claude-opus-5-5", "req_1", origin));
    var out = new ByteArrayOutputStream();
    for (byte one : answer) {
      out.writeBytes(encoder.encode(decoder.read(new byte[] {one}, 0, 1)));
    }
    out.writeBytes(encoder.encode(decoder.end()));
    var events = new ArrayList<JsonNode>();
    for (var line : out.toString(StandardCharsets.UTF_8).split("\n")) {
      if (line.startsWith("data: ")) {
        events.add(JSON.readTree(line.substring(6)));
      }
    }
    return events;
  }

  static List<JsonNode> ofType(List<JsonNode> events, String type) {
    return events.stream().filter(event -> event.path("type").asString("").equals(type)).toList();
  }
}
