package dev.sluice.wire.openai.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.openai.Cases;
import dev.sluice.wire.openai.Mutations;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.openai.Quirks.Reasoning;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ChatFuzzTest {

  private static final int ROUNDS = 20_000;

  private static final String STREAM =
      """
      data: {"id":"a1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

      data: {"id":"a1","choices":[{"index":0,"delta":{"reasoning_content":"Hm","content":"<think>x</think>y"}}]}

      data: {"id":"a1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"Read","arguments":"{"}}]}}]}

      data: {"id":"a1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"Grep","arguments":"{}"}}]}}]}

      data: {"id":"a1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]}

      data: {"id":"a1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":4}}}

      data: [DONE]

      """;

  private static final String WHOLE =
      """
      {"id":"a1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","tool_calls":[{"id":"c1","function":{"name":"A","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":7}}
      """;

  @Test
  void a_broken_answer_comes_to_blocks_in_order_and_one_end() {
    for (var reasoning : Reasoning.values()) {
      Mutations.read(
          seeded(),
          ROUNDS / Reasoning.values().length,
          () -> new ChatDecoder(reasoning, new Expected(true, Map.of())),
          List.of(STREAM, WHOLE));
    }
  }

  @Test
  void a_broken_error_is_an_error() {
    var random = seeded();
    var translator = ChatRequestTest.translator("openai");
    for (int round = 0; round < ROUNDS; round++) {
      var body =
          Mutations.mutated(
              random,
              "{\"error\":{\"message\":\"maximum context length is 5 tokens. However, you requested"
                  + " 9 tokens (8 in the messages, 1 in the completion)\",\"code\":\"400\"}}");
      var error = translator.error(400, body.getBytes(StandardCharsets.UTF_8));
      assertThat(error.message()).hasSizeLessThan(5000);
    }
  }

  /// Turns in any order become messages in the order that the API asks for.
  @Test
  void turns_in_any_order_become_messages_that_pair_calls_with_results() {
    var random = seeded();
    var presets = Presets.read().services();
    var names = List.copyOf(presets.keySet());
    var pool = new ArrayList<Turn>();
    Cases.all().values().forEach(asked -> pool.addAll(asked.turns()));
    for (int round = 0; round < 5_000; round++) {
      var turns = new ArrayList<Turn>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        turns.add(shuffled(random, pool.get(random.nextInt(pool.size()))));
      }
      var quirks = presets.get(names.get(random.nextInt(names.size()))).quirks();
      try {
        var asked = Cases.of(turns.toArray(Turn[]::new));
        paired(new ChatTranslator(quirks, Cases.ORIGIN).request(asked).body());
      } catch (UntranslatableException e) {
        assertThat(e.getMessage()).contains("expected");
      }
    }
  }

  private static Turn shuffled(Random random, Turn turn) {
    var blocks = new ArrayList<Block>(turn.blocks());
    Collections.shuffle(blocks, random);
    return new Turn(turn.role(), blocks);
  }

  private static void paired(byte[] body) {
    var due = new ArrayList<String>();
    for (JsonNode message : JsonMapper.shared().readTree(body).path("messages")) {
      if (message.path("role").asString().equals("tool")) {
        assertThat(due.remove(message.path("tool_call_id").asString())).isTrue();
        continue;
      }
      assertThat(due).isEmpty();
      message.path("tool_calls").forEach(call -> due.add(call.path("id").asString()));
    }
    assertThat(due).isEmpty();
  }

  private static Random seeded() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return new Random(seed);
  }
}
