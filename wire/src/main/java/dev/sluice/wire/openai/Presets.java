package dev.sluice.wire.openai;

import dev.sluice.core.preset.Preset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// The services that speak `/chat/completions`, with their quirks.
///
/// @param services by name
public record Presets(SortedMap<String, Service> services) {

  /// @param source where each fact is from
  public record Service(Preset preset, Quirks quirks, List<String> source) {
    public Service {
      source = List.copyOf(source);
    }
  }

  public Presets {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /// All that come with the product.
  public static Presets read() {
    try (var file = Preset.file()) {
      var services = new TreeMap<String, Service>();
      JsonMapper.shared()
          .readTree(file)
          .properties()
          .forEach(one -> services.put(one.getKey(), service(one.getKey(), one.getValue())));
      return new Presets(services);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Service service(String name, JsonNode json) {
    var credential = json.required("credential");
    var preset =
        new Preset(
            name,
            json.required("title").stringValue(),
            URI.create(json.required("endpoint").stringValue()),
            new Preset.Credential(
                credential.required("header").stringValue(),
                credential.required("prefix").stringValue()),
            json.required("embeddings").booleanValue());
    var source = json.required("source").valueStream().map(JsonNode::stringValue).toList();
    return new Service(preset, quirks(json.required("quirks")), source);
  }

  static Quirks quirks(JsonNode json) {
    ObjectReader reader =
        JsonMapper.shared()
            .readerFor(Quirks.class)
            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
    return reader.readValue(json);
  }
}
