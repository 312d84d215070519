package dev.sluice.wire.anthropic.message;

import static dev.sluice.wire.conversation.Samples.assistant;
import static dev.sluice.wire.conversation.Samples.result;
import static dev.sluice.wire.conversation.Samples.text;
import static dev.sluice.wire.conversation.Samples.use;
import static dev.sluice.wire.conversation.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.openai.Cases;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What is written is read again as what it was.
final class MessagesWriterTest {

  @TestFactory
  Stream<DynamicTest> every_conversation_is_read_again_as_it_was() {
    Map<String, Conversation> all = new TreeMap<>(Cases.all());
    Samples.all("anthropic").forEach((name, one) -> all.put("sample-" + name, one));
    // Ids that Anthropic would refuse are told otherwise.
    all.keySet().removeAll(List.of("sample-foreign-ids", "tool-results"));
    return all.entrySet().stream()
        .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> check(one.getValue())));
  }

  private static void check(Conversation asked) {
    var body = MessagesWriter.write(asked);
    var read = MessagesReader.read(body, 0, body.length);
    assertThat(read.untold()).isEmpty();
    // By their text: JSON's numbers differ by how they were read.
    assertThat(said(read)).isEqualTo(said(asked));
  }

  private static String said(Conversation one) {
    return one.toString().replace(one.untold().toString(), "[]");
  }

  @Test
  void ids_that_anthropic_would_refuse_are_told_otherwise_in_both_places() {
    var id = "call:1/" + "x".repeat(80);
    var asked =
        Samples.of(
            user(text("Read.")), assistant(use(id, "Read", "{}")), user(result(id, text("Done."))));
    var body = MessagesWriter.write(asked);
    var read = MessagesReader.read(body, 0, body.length);
    var use = (Block.ToolUse) read.turns().get(1).blocks().getFirst();
    var result = (Block.ToolResult) read.turns().get(2).blocks().getFirst();
    assertThat(use.id()).matches("[a-zA-Z0-9_-]{1,64}").isEqualTo(result.toolUseId());
  }

  @Test
  void the_next_turns_request_begins_with_the_bytes_of_this_one() {
    var turns = new ArrayList<Turn>();
    turns.add(user(text("Read it")));
    var before = withoutEnd(turns);
    for (int turn = 0; turn < 5; turn++) {
      turns.add(assistant(use("c" + turn, "Read", "{\"a\":1}")));
      turns.add(user(result("c" + turn, text("line " + turn))));
      var body = withoutEnd(turns);
      assertThat(body).startsWith(before);
      before = body;
    }
  }

  private static String withoutEnd(List<Turn> turns) {
    var body = MessagesWriter.write(Samples.of(turns.toArray(Turn[]::new)));
    var text = new String(body, StandardCharsets.UTF_8);
    assertThat(text).endsWith("]}");
    return text.substring(0, text.length() - 2);
  }
}
