package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.translate.ToolNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Names of functions as Gemini takes them: they begin with a letter or an underscore.
final class FunctionNames {

  private static final ToolNames NAMES = new ToolNames(64);

  private FunctionNames() {}

  static String told(String name) {
    var fitting = NAMES.fitting(name);
    char first = fitting.charAt(0);
    boolean begins = first == '_' || ((first | 0x20) >= 'a' && (first | 0x20) <= 'z');
    // The full stop is strange to every name, so that a hash keeps this one apart from others.
    return begins ? fitting : NAMES.fitting("_" + name + ".");
  }

  static Map<String, String> changed(List<Tool> tools) {
    var changed = new LinkedHashMap<String, String>();
    for (var tool : tools) {
      var told = told(tool.name());
      if (!told.equals(tool.name())) {
        changed.put(told, tool.name());
      }
    }
    return changed;
  }
}
