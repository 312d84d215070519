package dev.sluice.standalone.admin;

import java.io.StringWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// What the admin server says.
public record Answer(int status, String contentType, String body) {

  private static final JsonFactory JSON = new JsonFactory();

  public static Answer text(int status, String text) {
    return new Answer(status, "text/plain; charset=utf-8", text + "\n");
  }

  static Answer json(int status, Consumer<JsonGenerator> content) {
    var out = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      content.accept(json);
    }
    return new Answer(status, "application/json", out + "\n");
  }

  /// A record, as it is.
  static Answer json(Object content) {
    return new Answer(
        200, "application/json", JsonMapper.shared().writeValueAsString(content) + "\n");
  }

  static Answer problem(int status, String sentence) {
    return json(
        status,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("error", sentence);
          json.writeEndObject();
        });
  }
}
