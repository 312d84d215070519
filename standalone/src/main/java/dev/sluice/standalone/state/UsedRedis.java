package dev.sluice.standalone.state;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// The Redis that a state was used with last, for whoever looks at the state later.
///
/// @param place without user and password; null: the embedded one of the state
public record UsedRedis(@Nullable String place, String installation) {

  private static final String FILE = "redis.json";
  private static final JsonFactory JSON = new JsonFactory();

  /// Empty where nothing was noted yet.
  public static Optional<UsedRedis> read(Path state) throws IOException {
    var file = state.resolve(FILE);
    try {
      var json = JsonMapper.shared().readTree(Files.readString(file));
      var place = json.path("place").asString("");
      return Optional.of(
          new UsedRedis(place.isEmpty() ? null : place, json.required("installation").asString()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IOException(
          file + ": not what a gateway writes (expected: place, installation)", e);
    }
  }

  public void write(Path state) throws IOException {
    var out = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      if (place != null) {
        json.writeStringProperty("place", place);
      }
      json.writeStringProperty("installation", installation);
      json.writeEndObject();
    }
    StateFolder.writePrivate(state.resolve(FILE), out + "\n");
  }
}
