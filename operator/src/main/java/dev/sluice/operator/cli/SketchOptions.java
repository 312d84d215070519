package dev.sluice.operator.cli;

import dev.sluice.extproc.explain.Sketch;
import dev.sluice.extproc.explain.Sketch.Trait;
import dev.sluice.extproc.explain.SketchException;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;

/// The options of `sluice explain` that say what is supposed of the request, as they are read.
final class SketchOptions {

  static final Set<String> NAMES =
      Set.of("--bytes", "--tools", "--with", "--header", "--session", "--agent");

  private final EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
  private final TreeMap<String, String> headers = new TreeMap<>();
  private long bytes;
  private int tools;

  /// @param option one of the names
  void take(String option, String value) throws CliException {
    try {
      switch (option) {
        case "--bytes" -> bytes = Sketch.number(option, value, Sketch.BYTES_MAX);
        case "--tools" -> tools = (int) Sketch.number(option, value, Sketch.TOOLS_MAX);
        case "--with" -> traits.add(Sketch.trait(option, value));
        case "--header" -> Sketch.addHeader(headers, value);
        case "--session" -> headers.put(Sketch.SESSION, value);
        case "--agent" -> headers.put(Sketch.AGENT, value);
        default -> throw new IllegalStateException("BUG: " + option + " supposes nothing");
      }
    } catch (SketchException e) {
      throw new CliException(e.sentence());
    }
  }

  Sketch sketch() {
    return new Sketch(bytes, tools, traits, headers);
  }
}
