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
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
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

  /// @throws tools.jackson.core.JacksonException where it is no JSON
  /// @throws IllegalArgumentException where a field is not what it should be
  static BookEvent read(String line) {
    var json = MAPPER.readTree(line);
    return new BookEvent(
        text(json, "id"),
        Kind.of(text(json, "kind")),
        new Position(number(json, "epoch"), number(json, "sequence")),
        time(json, "time"),
        text(json, "hold"),
        sums(json.required("posted")),
        sums(json.required("held")),
        sums(json.required("unconfirmed")),
        text(json, "text"),
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
    for (var slot : array(json, "windows")) {
      var window = new WindowId(text(slot, "limit"), time(slot, "start"));
      slots.add(new Slot(window, measure(text(slot, "measure"))));
    }
    return slots;
  }

  private static Measure measure(String word) {
    for (var measure : Measure.values()) {
      if (measure.word().equals(word)) {
        return measure;
      }
    }
    throw new IllegalArgumentException("measure: \"" + word + "\" (expected: one of a limit)");
  }

  static long time(JsonNode json, String name) {
    try {
      return Instant.parse(text(json, name)).toEpochMilli();
    } catch (DateTimeParseException _) {
      throw bad(json, name, "a time such as 2026-01-01T00:00:00Z");
    }
  }

  static long number(JsonNode json, String name) {
    return of(json, name, "a whole number", EventJson::isWhole).asLong();
  }

  private static boolean isWhole(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong();
  }

  static String text(JsonNode json, String name) {
    return of(json, name, "a text", JsonNode::isString).asString();
  }

  static boolean truth(JsonNode json, String name) {
    return of(json, name, "true or false", JsonNode::isBoolean).asBoolean();
  }

  static JsonNode array(JsonNode json, String name) {
    return of(json, name, "a list", JsonNode::isArray);
  }

  private static JsonNode of(
      JsonNode json, String name, String expected, Predicate<JsonNode> fits) {
    var value = json.path(name);
    if (!fits.test(value)) {
      throw bad(json, name, expected);
    }
    return value;
  }

  private static IllegalArgumentException bad(JsonNode json, String name, String expected) {
    var value = json.path(name);
    return new IllegalArgumentException(
        "%s: %s (expected: %s)"
            .formatted(name, value.isMissingNode() ? "absent" : value, expected));
  }
}
