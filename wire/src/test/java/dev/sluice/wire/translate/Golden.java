package dev.sluice.wire.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.conversation.Conversation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Requests as files: the path, what stays untold, what names of tools became, and the body.
/// `-Dgolden=write` writes them.
public final class Golden {

  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Golden() {}

  /// One file for each conversation, in a folder of the language.
  public static void check(
      String folder, Translator translator, String model, Map<String, Conversation> all) {
    check(folder, translator::request, model, all);
  }

  /// The same of what a counter asks.
  public static void check(
      String folder,
      Function<Conversation, Outgoing> teller,
      String model,
      Map<String, Conversation> all) {
    var differing = new ArrayList<String>();
    all.forEach(
        (name, conversation) -> {
          var file = Path.of("src/test/resources/golden", folder, name + ".txt");
          var told = told(teller, conversation.of(model));
          if ("write".equals(System.getProperty("golden"))) {
            write(file, told);
          }
          if (!told.equals(read(file))) {
            differing.add(name + ":\n" + told);
          }
        });
    assertThat(differing).isEmpty();
  }

  private static String told(Function<Conversation, Outgoing> teller, Conversation conversation) {
    try {
      var outgoing = teller.apply(conversation);
      return String.join(
          "\n",
          List.of(
              "path: " + outgoing.path(),
              "untold: " + String.join(", ", outgoing.untold()),
              "names: " + outgoing.expected().toolNames(),
              PRETTY.writeValueAsString(PRETTY.readTree(outgoing.body())),
              ""));
    } catch (UntranslatableException e) {
      return "refused (" + e.capability() + "): " + e.getMessage() + "\n";
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
