package dev.sluice.demo;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Stands in for Claude Code where it is not installed: sends what it once sent, turn after turn
/// until the model is done with its turn.
record RecordedClaude(RecordedClient client) implements Assistant {

  private static final String DATA = "data: ";
  private static final int TURNS_MAX = 20;
  private static final int OK = 200;

  @Override
  public String print(String prompt) {
    var recorded = RecordedTraffic.request("01-first-turn-p-2.1.329");
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      var answer = client.whole(recorded);
      var body = new String(answer.body(), StandardCharsets.UTF_8);
      if (answer.statusCode() != OK) {
        return JsonMapper.shared().readTree(body).path("error").path("message").asString();
      }
      var message = Message.read(body);
      if (message.stopReason().equals("end_turn")) {
        return message.text();
      }
      recorded = RecordedTraffic.request("02-tool-turn-p-2.1.329");
    }
    throw new IllegalStateException("the model was not done after " + TURNS_MAX + " turns");
  }

  /// What a stream says.
  private record Message(String text, String stopReason) {

    static Message read(String stream) {
      var text = new StringBuilder();
      var stopReason = "";
      for (var line : stream.lines().filter(line -> line.startsWith(DATA)).toList()) {
        JsonNode delta = JsonMapper.shared().readTree(line.substring(DATA.length())).path("delta");
        text.append(delta.path("text").asString(""));
        stopReason = delta.path("stop_reason").asString(stopReason);
      }
      return new Message(text.toString(), stopReason);
    }
  }
}
