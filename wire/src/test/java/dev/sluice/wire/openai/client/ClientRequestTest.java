package dev.sluice.wire.openai.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.anthropic.message.MessagesWriter;
import dev.sluice.wire.openai.client.ClientRequest.Wanted;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a client of OpenAI asks, in the words of the Messages API.
final class ClientRequestTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// Reads a body of one of the two languages.
  private interface Reader {
    ClientRequest read(byte[] bytes, int offset, int length);
  }

  @TestFactory
  Stream<DynamicTest> chats_are_asked_as_the_golden_files_say() {
    return GoldenFiles.of("chat", input -> told(ChatReader::read, input));
  }

  @TestFactory
  Stream<DynamicTest> responses_are_asked_as_the_golden_files_say() {
    return GoldenFiles.of("responses", input -> told(ResponsesReader::read, input));
  }

  private static String told(Reader reader, String input) {
    var told = JSON.createObjectNode();
    try {
      var bytes = input.getBytes(StandardCharsets.UTF_8);
      tell(told, reader.read(bytes, 0, bytes.length));
    } catch (UntranslatableException e) {
      told.put("refused", e.getMessage());
    } catch (MalformedBodyException e) {
      told.put("malformed", e.getMessage());
    }
    return JSON.writeValueAsString(told);
  }

  private static void tell(ObjectNode told, ClientRequest request) {
    var asked = request.conversation();
    var body = MessagesWriter.write(asked);
    told.set("body", JSON.readTree(body));
    told.set("betas", JSON.valueToTree(MessagesWriter.betas(asked)));
    told.set("untold", JSON.valueToTree(asked.untold()));
    switch (request.wanted()) {
      case Wanted.Chat(_, boolean usage) -> told.put("usage", usage);
      case Wanted.Responses(_, var echo) -> told.set("echo", echo);
    }
    // Whoever serves it reads the same out of it.
    assertThat(MessagesWriter.write(MessagesReader.read(body, 0, body.length))).isEqualTo(body);
  }

  @Test
  void fallbacks_are_read_in_both_languages() {
    var chat =
        """
        {"model":"m","messages":[{"role":"user","content":"a"}],"fallbacks":["x",{"model":"y/z"}]}""";
    var response = "{\"model\":\"m\",\"input\":\"a\",\"fallbacks\":[\"x\"]}";
    var asked = ChatReader.read(chat.getBytes(StandardCharsets.UTF_8), 0, chat.length());
    assertThat(asked.fallbacks()).containsExactly("x", "y/z");
    assertThat(asked.conversation().untold()).isEmpty();
    var other =
        ResponsesReader.read(response.getBytes(StandardCharsets.UTF_8), 0, response.length());
    assertThat(other.fallbacks()).containsExactly("x");
    assertThat(other.conversation().untold()).isEmpty();
    assertThat(told(ChatReader::read, chat.replace("\"x\"", "7"))).contains("fallbacks.0: 7");
  }

  @Test
  void damaged_bodies_are_refused_with_a_sentence() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var bodies =
        new String[] {
          """
      {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"}]},\
      {"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},\
      {"role":"tool","tool_call_id":"1","content":"x"}],"tools":[{"type":"function",\
      "function":{"name":"f","parameters":{"type":"object"}}}],"stop":"x","tool_choice":"auto"}""",
          """
      {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},\
      {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},\
      {"type":"function_call_output","call_id":"1","output":"x"}],"reasoning":{"effort":"low"},\
      "text":{"format":{"type":"text"}},"include":[],"tools":[{"type":"function","name":"f"}]}"""
        };
    for (int round = 0; round < 4_000; round++) {
      boolean chat = random.nextBoolean();
      var bytes = bodies[chat ? 0 : 1].getBytes(StandardCharsets.UTF_8);
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) " \"{}[]:,0an\\".charAt(random.nextInt(12));
      }
      var told = told(chat ? ChatReader::read : ResponsesReader::read, text(bytes));
      assertThat(told).as("seed %d, round %d", seed, round).containsAnyOf("\"body\"", "expected: ");
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
