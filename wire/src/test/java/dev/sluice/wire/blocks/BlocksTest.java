package dev.sluice.wire.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.answer.MessagesDecoder;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.fuzz.Languages;
import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.gemini.GeminiTranslator;
import dev.sluice.wire.translate.Answers;
import dev.sluice.wire.translate.Translator;
import dev.sluice.wire.translate.UntranslatableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Everything that a request can have, and what it becomes in each language: a file for each, with
/// the request and below it what each provider is sent. `-Dgolden=write` writes the latter.
final class BlocksTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden/blocks");
  private static final String LINE = "\n=== ";
  private static final String AT_VERTEX = "gemini at Vertex AI";
  private static final List<String> LANGUAGES =
      List.of(
          "chat-openai",
          "chat",
          "responses",
          "gemini",
          AT_VERTEX,
          "converse-NOVA",
          "converse-OTHER",
          "converse-CLAUDE");

  /// Those of the same kind as the one before them: only where they differ are they shown.
  private static final Set<String> SIBLINGS = Set.of("chat", AT_VERTEX, "converse-OTHER");

  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @TestFactory
  Stream<DynamicTest> what_a_request_can_have_becomes_what_the_golden_file_says()
      throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private static void check(Path file) throws IOException {
    var text = Files.readString(file);
    int line = text.indexOf(LINE);
    var input = line < 0 ? text.stripTrailing() + "\n" : text.substring(0, line);
    var told = new StringBuilder(input);
    var bytes = input.getBytes(StandardCharsets.UTF_8);
    var before = "";
    for (var language : LANGUAGES) {
      var translated = translated(language, bytes);
      boolean same = SIBLINGS.contains(language) && translated.equals(before);
      told.append(LINE).append(language).append("\n").append(same ? "the same\n" : translated);
      before = translated;
    }
    for (var frame : List.of(CloudFrame.BEDROCK, CloudFrame.VERTEX)) {
      told.append(LINE)
          .append("Claude at ")
          .append(frame)
          .append("\n")
          .append(edited(frame, bytes));
    }
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, told);
    }
    assertThat(told.toString()).as(file.toString()).isEqualTo(Files.readString(file));
  }

  private static String translated(String language, byte[] body) {
    try {
      var conversation = MessagesReader.read(body, 0, body.length).of("a-model");
      var outgoing = translator(language).request(conversation);
      return told(outgoing.body(), outgoing.untold());
    } catch (UntranslatableException e) {
      return "refused (" + e.capability().word() + "): " + e.getMessage() + "\n";
    } catch (MalformedBodyException e) {
      return "malformed: " + e.getMessage() + "\n";
    }
  }

  /// Vertex AI takes schemas in the form of the other door.
  private static Translator translator(String language) {
    return language.equals(AT_VERTEX)
        ? new GeminiTranslator(new Door.Vertex("our-project", "global"))
        : Languages.of(language);
  }

  /// Claude in a cloud gets what the client said; only where that changes is it shown.
  private static String edited(CloudFrame frame, byte[] body) {
    try {
      frame.checkTools(body, 0, body.length);
    } catch (UntranslatableException e) {
      return "refused (" + e.capability().word() + "): " + e.getMessage() + "\n";
    }
    var edited = MessagesEdit.edit(frame, List.of(), body, 0, body.length);
    return told(edited.body(), edited.untold());
  }

  private static String told(byte[] body, List<String> untold) {
    var json = PRETTY.writeValueAsString(PRETTY.readTree(body)) + "\n";
    return untold.isEmpty() ? json : "untold: " + String.join(", ", untold) + "\n" + json;
  }

  @Test
  void an_answer_of_claude_is_the_same_wherever_it_is_cut() {
    for (var name : List.of("full.sse", "full.json", "searched.sse", "searched.json")) {
      var file = Path.of("src/test/resources/message/answer", name);
      assertThat(Answers.everyWay(MessagesDecoder::new, bytes(file))).isNotEmpty();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
