package dev.sluice.wire.fuzz;

import dev.sluice.wire.bedrock.ConverseTranslator;
import dev.sluice.wire.bedrock.Family;
import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.gemini.GeminiTranslator;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.openai.chat.ChatTranslator;
import dev.sluice.wire.openai.responses.ResponsesTranslator;
import dev.sluice.wire.translate.Translator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// A translator of each language, by name.
public final class Languages {

  public static final SortedMap<String, Translator> ALL = all();

  /// One of each kind whose answers are read in a way of its own.
  static final List<Translator> OF_EACH_KIND = ofEachKind();

  private Languages() {}

  private static List<Translator> ofEachKind() {
    var kinds = new LinkedHashMap<Object, Translator>();
    for (var language : ALL.values()) {
      kinds.putIfAbsent(
          language instanceof ChatTranslator(var quirks, _)
              ? quirks.reasoning()
              : language.getClass(),
          language);
    }
    return List.copyOf(kinds.values());
  }

  public static Translator of(String name) {
    return Objects.requireNonNull(ALL.get(name), name);
  }

  private static SortedMap<String, Translator> all() {
    var services = Presets.read().services();
    var openAi = services.get("openai").quirks();
    var all = new TreeMap<String, Translator>();
    all.put("chat", new ChatTranslator(Quirks.CAUTIOUS, "compatible"));
    services.forEach(
        (name, service) ->
            all.put("chat-" + name, new ChatTranslator(service.quirks(), "compatible")));
    all.put("responses", new ResponsesTranslator(openAi, "openai"));
    all.put("gemini", new GeminiTranslator(new Door.Developer()));
    all.put("gemini-vertex", new GeminiTranslator(new Door.Vertex("our-project", "global")));
    for (var family : Family.values()) {
      all.put("converse-" + family, new ConverseTranslator(family));
    }
    return all;
  }
}
