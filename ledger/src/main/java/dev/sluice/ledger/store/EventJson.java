package dev.sluice.ledger.store;

import dev.sluice.core.budget.Measure;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.Slot;
import dev.sluice.ledger.books.Sums;
import dev.sluice.ledger.books.WindowId;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An event as one line of JSON.
final class EventJson {

  static final JsonMapper MAPPER = JsonMapper.shared();

  private static final JsonFactory JSON = new JsonFactory();

  private EventJson() {}

  static byte[] lines(Collection<BookEvent> events) {
    var out = new ByteArrayOutputStream(512 * events.size());
    for (var event : events) {
      try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
        write(json, event);
      }
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, BookEvent event) {
    json.writeStartObject();
    json.writeNumberProperty("epoch", event.position().epoch());
    json.writeNumberProperty("sequence", event.position().sequence());
    json.writeStringProperty("id", event.id());
    json.writeStringProperty("time", Instant.ofEpochMilli(event.time()).toString());
    json.writeStringProperty("kind", event.kind().word());
    json.writeStringProperty("hold", event.holdId());
    sums(json, "posted", event.posted());
    sums(json, "held", event.held());
    sums(json, "unconfirmed", event.unconfirmed());
    slots(json, event.slots());
    json.writeStringProperty("text", event.text());
    json.writeEndObject();
  }

  private static void sums(JsonGenerator json, String name, Sums sums) {
    json.writeObjectPropertyStart(name);
    for (var measure : Measure.values()) {
      if (sums.of(measure) != 0) {
        json.writeNumberProperty(unit(measure), sums.of(measure));
      }
    }
    json.writeEndObject();
  }

  private static String unit(Measure measure) {
    return measure == Measure.USD ? "nanoUsd" : measure.word();
  }

  static void slots(JsonGenerator json, List<Slot> slots) {
    json.writeArrayPropertyStart("windows");
    for (var slot : slots) {
      json.writeStartObject();
      json.writeStringProperty("limit", slot.window().limit());
      json.writeStringProperty("start", Instant.ofEpochMilli(slot.window().start()).toString());
      json.writeStringProperty("measure", slot.measure().word());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// @throws tools.jackson.core.JacksonException where it is no such line
  static BookEvent read(String line) {
    var json = MAPPER.readTree(line);
    return new BookEvent(
        json.required("id").asString(),
        Kind.of(json.required("kind").asString()),
        new Position(json.required("epoch").asLong(), json.required("sequence").asLong()),
        time(json, "time"),
        json.required("hold").asString(),
        sums(json.required("posted")),
        sums(json.required("held")),
        sums(json.required("unconfirmed")),
        json.required("text").asString(),
        slots(json));
  }

  private static Sums sums(JsonNode json) {
    return new Sums(
        json.path("nanoUsd").asLong(0),
        json.path("tokens").asLong(0),
        json.path("requests").asLong(0),
        json.path("concurrent").asLong(0));
  }

  static List<Slot> slots(JsonNode json) {
    var slots = new ArrayList<Slot>();
    for (var slot : json.required("windows")) {
      var window = new WindowId(slot.required("limit").asString(), time(slot, "start"));
      slots.add(new Slot(window, measure(slot.required("measure").asString())));
    }
    return slots;
  }

  private static Measure measure(String word) {
    for (var measure : Measure.values()) {
      if (measure.word().equals(word)) {
        return measure;
      }
    }
    throw new IllegalArgumentException("measure: " + word + " (expected: one of a limit)");
  }

  static long time(JsonNode json, String name) {
    return Instant.parse(json.required(name).asString()).toEpochMilli();
  }
}
