package dev.sluice.ledger.store;

import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Counters;
import dev.sluice.ledger.books.EndedHold;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.OpenHold;
import dev.sluice.ledger.books.WindowId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/// A checkpoint as JSON.
final class CheckpointJson {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private CheckpointJson() {}

  /// Leaves `out` open. It can be much: books of 100,000 open holds are a hundred megabytes.
  static void write(Checkpoint checkpoint, OutputStream out) {
    var books = checkpoint.books();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeNumberProperty("epoch", books.position().epoch());
      json.writeNumberProperty("sequence", books.position().sequence());
      json.writeStringProperty("lastId", checkpoint.lastId());
      json.writeStringProperty("source", checkpoint.source().word());
      json.writeArrayPropertyStart("windows");
      new TreeMap<>(books.windows())
          .forEach((window, counters) -> window(json, books, window, counters));
      json.writeEndArray();
      json.writeArrayPropertyStart("holds");
      books.open().forEach((id, hold) -> hold(json, id, hold));
      json.writeEndArray();
      json.writeArrayPropertyStart("ended");
      books.ended().forEach((id, end) -> ended(json, id, end));
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void window(JsonGenerator json, Books books, WindowId window, Counters counters) {
    json.writeRaw('\n');
    json.writeStartObject();
    json.writeStringProperty("limit", window.limit());
    json.writeStringProperty("start", Instant.ofEpochMilli(window.start()).toString());
    json.writeNumberProperty("posted", counters.posted());
    json.writeNumberProperty("held", counters.held());
    json.writeNumberProperty("unconfirmed", counters.unconfirmed());
    json.writeBooleanProperty("last", books.isLast(window));
    json.writeEndObject();
  }

  private static void hold(JsonGenerator json, String id, OpenHold hold) {
    json.writeRaw('\n');
    json.writeStartObject();
    json.writeStringProperty("hold", id);
    json.writeNumberProperty("nanoUsd", hold.usd());
    json.writeNumberProperty("tokens", hold.tokens());
    json.writeStringProperty("created", Instant.ofEpochMilli(hold.createdAt()).toString());
    json.writeNumberProperty("extensions", hold.extensions());
    json.writeStringProperty("note", hold.note());
    EventJson.slots(json, hold.slots());
    json.writeEndObject();
  }

  private static void ended(JsonGenerator json, String id, EndedHold end) {
    json.writeRaw('\n');
    json.writeStartObject();
    json.writeStringProperty("hold", id);
    json.writeStringProperty("outcome", end.outcome().word());
    json.writeNumberProperty("nanoUsd", end.usd());
    json.writeNumberProperty("tokens", end.tokens());
    json.writeNumberProperty("postedNanoUsd", end.postedUsd());
    json.writeNumberProperty("postedTokens", end.postedTokens());
    json.writeStringProperty("ended", Instant.ofEpochMilli(end.endedAt()).toString());
    EventJson.slots(json, end.slots());
    json.writeEndObject();
  }

  /// @throws IOException where it is damaged
  static Checkpoint read(Path file) throws IOException {
    try {
      return read(EventJson.MAPPER.readTree(file));
    } catch (JacksonException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException(file + ": a damaged checkpoint: " + e.getMessage(), e);
    }
  }

  private static Checkpoint read(JsonNode json) {
    var windows = new HashMap<WindowId, Counters>();
    for (var window : EventJson.array(json, "windows")) {
      windows.put(
          windowOf(window),
          new Counters(
              EventJson.number(window, "posted"),
              EventJson.number(window, "held"),
              EventJson.number(window, "unconfirmed")));
    }
    var holds = new HashMap<String, OpenHold>();
    for (var hold : EventJson.array(json, "holds")) {
      holds.put(EventJson.text(hold, "hold"), hold(hold));
    }
    var position =
        new Position(EventJson.number(json, "epoch"), EventJson.number(json, "sequence"));
    var books = Books.of(position, windows, holds);
    for (var window : EventJson.array(json, "windows")) {
      if (EventJson.truth(window, "last")) {
        books.used(windowOf(window));
      }
    }
    for (var end : EventJson.array(json, "ended")) {
      books.remember(EventJson.text(end, "hold"), ended(end));
    }
    return new Checkpoint(
        books,
        EventJson.text(json, "lastId"),
        Checkpoint.Source.of(EventJson.text(json, "source")));
  }

  private static WindowId windowOf(JsonNode window) {
    return new WindowId(EventJson.text(window, "limit"), EventJson.time(window, "start"));
  }

  private static OpenHold hold(JsonNode hold) {
    return new OpenHold(
        EventJson.number(hold, "nanoUsd"),
        EventJson.number(hold, "tokens"),
        EventJson.time(hold, "created"),
        Math.toIntExact(EventJson.number(hold, "extensions")),
        EventJson.text(hold, "note"),
        EventJson.slots(hold));
  }

  private static EndedHold ended(JsonNode end) {
    return new EndedHold(
        Kind.of(EventJson.text(end, "outcome")),
        EventJson.number(end, "nanoUsd"),
        EventJson.number(end, "tokens"),
        EventJson.number(end, "postedNanoUsd"),
        EventJson.number(end, "postedTokens"),
        EventJson.time(end, "ended"),
        EventJson.slots(end));
  }
}
