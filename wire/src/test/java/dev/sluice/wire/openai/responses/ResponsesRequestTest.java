package dev.sluice.wire.openai.responses;

import static dev.sluice.wire.openai.Cases.assistant;
import static dev.sluice.wire.openai.Cases.of;
import static dev.sluice.wire.openai.Cases.result;
import static dev.sluice.wire.openai.Cases.text;
import static dev.sluice.wire.openai.Cases.use;
import static dev.sluice.wire.openai.Cases.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Block.SealedThinking;
import dev.sluice.wire.conversation.Block.Thinking;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.openai.Cases;
import dev.sluice.wire.openai.Golden;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.translate.Seal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class ResponsesRequestTest {

  static final ResponsesTranslator TRANSLATOR =
      new ResponsesTranslator(Presets.read().services().get("openai").quirks(), Cases.ORIGIN);

  private static final String SEAL = Seal.seal(Cases.ORIGIN, "rs_1.gAAAAB");

  @TestFactory
  Stream<DynamicTest> each_conversation_is_its_golden_file() {
    var all = new TreeMap<>(Cases.all());
    all.put("own-thoughts", thoughts());
    return all.entrySet().stream()
        .flatMap(
            one ->
                Stream.of("gpt-4o", "gpt-5.6")
                    .map(
                        model ->
                            DynamicTest.dynamicTest(
                                one.getKey() + "." + model,
                                () -> golden(one.getKey(), one.getValue(), model))));
  }

  private static void golden(String name, Conversation asked, String model) {
    Golden.check("openai/responses", name + "." + model, TRANSLATOR, asked.of(model));
  }

  private static Conversation thoughts() {
    return of(
        user(text("Think")),
        assistant(new Thinking("First.", SEAL), use("c1"), new Thinking("Others'.", "EqQB")),
        user(result("c1", "r")),
        assistant(new SealedThinking(SEAL), text("So.")),
        user(text("More")),
        assistant(new Thinking("Only thought.", SEAL)),
        user(text("Well?")));
  }

  @Test
  void the_next_turns_request_begins_with_the_bytes_of_this_one() {
    var turns = new ArrayList<Turn>();
    turns.add(user(text("Read it")));
    var before = withoutEnd(body(turns));
    for (int turn = 0; turn < 5; turn++) {
      turns.add(assistant(new Thinking("Hm.", SEAL), use("c" + turn)));
      turns.add(user(result("c" + turn, "line " + turn), text("[reminder]")));
      turns.add(Cases.system(text("Effort is " + turn)));
      var body = body(turns);
      assertThat(body).startsWith(before);
      before = withoutEnd(body);
    }
  }

  private static String body(List<Turn> turns) {
    var asked = of(turns.toArray(Turn[]::new)).of("gpt-5.6");
    return new String(TRANSLATOR.request(asked).body(), StandardCharsets.UTF_8);
  }

  private static String withoutEnd(String body) {
    assertThat(body).endsWith("]}");
    return body.substring(0, body.length() - 2);
  }
}
