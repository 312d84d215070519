package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stream of events that is read one after the other, and that can be broken off.
record ToolStream(HttpResponse<InputStream> http, BufferedReader lines) implements AutoCloseable {

  /// @param id empty where the event has none
  record Event(String id, JsonNode message) {

    String method() {
      return message.path("method").asString("");
    }
  }

  static ToolStream of(HttpResponse<InputStream> http) throws IOException {
    var reader = new InputStreamReader(http.body(), StandardCharsets.UTF_8);
    var stream = new ToolStream(http, new BufferedReader(reader));
    if (http.statusCode() != 200) {
      throw new AssertionError(http.statusCode() + " " + stream.lines().readLine());
    }
    var type = http.headers().firstValue("content-type").orElse("");
    assertThat(type).startsWith("text/event-stream");
    return stream;
  }

  /// The next event with a message; empty where the stream ends before.
  Optional<Event> next() {
    try {
      var id = "";
      var data = new StringBuilder();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        } else if (line.isEmpty() && !data.isEmpty()) {
          return Optional.of(new Event(id, JsonMapper.shared().readTree(data.toString())));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new AssertionError("the stream broke: " + e, e);
    }
  }

  Event event() {
    return next().orElseThrow(() -> new AssertionError("the stream has ended"));
  }

  /// All that comes until it ends.
  List<Event> rest() {
    var events = new ArrayList<Event>();
    for (var next = next(); next.isPresent(); next = next()) {
      events.add(next.get());
    }
    return events;
  }

  @Override
  public void close() {
    try {
      http.body().close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
