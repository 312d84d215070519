package dev.sluice.testkit.entra;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is wrong with a request, by its OAuth word and the number that Microsoft has for it.
record EntraProblem(int status, String error, int code, String description) {

  private static final String ID = "00000000-0000-4000-8000-000000000001";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  static Optional<EntraProblem> of(int status, String error, int code, String description) {
    return Optional.of(new EntraProblem(status, error, code, description));
  }

  ObjectNode json(Instant now) {
    var time = TIME.format(now);
    var json = JsonNodeFactory.instance.objectNode().put("error", error);
    json.put(
        "error_description",
        "AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s"
            .formatted(code, description, ID, ID, time));
    json.putArray("error_codes").add(code);
    json.put("timestamp", time).put("trace_id", ID).put("correlation_id", ID);
    return json.put("error_uri", "https://login.microsoftonline.com/error?code=" + code);
  }
}
