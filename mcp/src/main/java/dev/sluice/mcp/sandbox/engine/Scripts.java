package dev.sluice.mcp.sandbox.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What of ours runs in every engine.
final class Scripts {
  static final String RESUME = "$resume()";

  // Of sucrase only the parser is taken: which tokens are types is all that is asked of it.
  private static final String SUCRASE = "/META-INF/resources/_static/sucrase/3.35.1/dist/";
  private static final List<String> PARSER =
      List.of(
          "parser/index",
          "parser/plugins/types",
          "parser/plugins/typescript",
          "parser/tokenizer/index",
          "parser/tokenizer/keywords",
          "parser/tokenizer/readWord",
          "parser/tokenizer/readWordTree",
          "parser/tokenizer/state",
          "parser/tokenizer/types",
          "parser/traverser/base",
          "parser/traverser/expression",
          "parser/traverser/index",
          "parser/traverser/lval",
          "parser/traverser/statement",
          "parser/traverser/util",
          "parser/util/charcodes",
          "parser/util/identifier",
          "parser/util/whitespace");
  private static final List<String> UNUSED = List.of("parser/plugins/flow", "parser/plugins/jsx");

  private Scripts() {}

  /// Makes an engine ready: takes away what code shall not have, and gives it its tools.
  static String prelude() {
    return resource("prelude.js");
  }

  /// Brings what strips types.
  static String types() {
    var files = new StringBuilder();
    for (String name : PARSER) {
      files.append('"').append(name).append("\": (module, exports, require) => {\n");
      files.append(resource(SUCRASE + name + ".js")).append("\n},\n");
    }
    for (String name : UNUSED) {
      files.append('"').append(name).append("/index\": () => {},\n");
    }
    return resource("types.js").replace("/*FILES*/", files);
  }

  private static String resource(String name) {
    try (var in = Scripts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("BUG: no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
