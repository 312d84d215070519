package dev.sluice.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Translator;
import dev.sluice.wire.translate.UntranslatableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Requests as files: `-Dgolden=write` writes them.
public final class Golden {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Golden() {}

  public static void check(String folder, String name, Translator translator, Conversation asked) {
    try {
      var file = Path.of("src/test/resources/golden").resolve(folder).resolve(name + ".json");
      var told = JSON.writeValueAsString(told(translator, asked)) + "\n";
      if ("write".equals(System.getProperty("golden"))) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, told);
      }
      assertThat(told).as(file.toString()).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode told(Translator translator, Conversation asked) {
    var told = JSON.createObjectNode();
    try {
      Outgoing outgoing = translator.request(asked);
      told.put("path", outgoing.path());
      told.set("untold", JSON.valueToTree(outgoing.untold()));
      told.set("toolNames", JSON.valueToTree(outgoing.expected().toolNames()));
      told.set("body", JSON.readTree(outgoing.body()));
    } catch (UntranslatableException e) {
      told.put("capability", e.capability().word());
      told.put("refused", e.getMessage());
    }
    return told;
  }
}
