package dev.sluice.wire.gemini;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Where Gemini is asked: the language is one, the paths are not.
public sealed interface Door {

  /// The Gemini API, `generativelanguage.googleapis.com`.
  record Developer() implements Door {}

  /// Vertex AI.
  ///
  /// @param location such as `europe-west4` or `global`
  record Vertex(String project, String location) implements Door {}

  /// Below the door's endpoint.
  default String path(String model, boolean stream) {
    return method(model, stream ? "streamGenerateContent?alt=sse" : "generateContent");
  }

  /// Where tokens are counted.
  default String countPath(String model) {
    return method(model, "countTokens");
  }

  /// The path of a method of a model.
  default String method(String model, String name) {
    var models =
        switch (this) {
          case Developer() -> "/v1beta/models/";
          case Vertex(var project, var location) ->
              "/v1/projects/"
                  + segment(project)
                  + "/locations/"
                  + segment(location)
                  + "/publishers/google/models/";
        };
    return models + segment(model) + ":" + name;
  }

  /// Begins the ids of calls that this door gave an id to. It goes back there only: the other door
  /// can refuse a call with an id.
  default String idMark() {
    return switch (this) {
      case Developer() -> "gemini_";
      case Vertex _ -> "vertex_";
    };
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
