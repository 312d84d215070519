package dev.sluice.compiler.catalogue;

import dev.sluice.core.preset.Preset;
import dev.sluice.core.provider.Service;
import dev.sluice.core.provider.Service.Authentication;
import dev.sluice.core.provider.Service.Door;
import dev.sluice.core.provider.Service.Language;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The services that come with the product: what they speak, and where they are.
public final class KnownServices {

  private static final Door OWN = new Door.Own();

  private static final SortedMap<String, KnownService> PRESETS = presets();

  private static final Authentication BEARER =
      new Authentication.Header("authorization", "Bearer ");

  /// @param endpoint null where none is known
  /// @param base what the language's paths are below, at the endpoint; mostly empty
  /// @param prices the sections of the price data, the first one before the next
  /// @param embeddings whether it makes embeddings; of Bedrock some of its models do
  public record KnownService(
      Service service,
      @Nullable URI endpoint,
      String base,
      List<String> prices,
      boolean embeddings) {
    public KnownService {
      prices = List.copyOf(prices);
    }

    /// The same service, that knows who asks by an access token.
    public KnownService withTokens() {
      return with(BEARER);
    }

    private KnownService with(Authentication authentication) {
      var other = new Service(service.language(), service.preset(), service.door(), authentication);
      return new KnownService(other, endpoint, base, prices, embeddings);
    }
  }

  private KnownServices() {}

  public static KnownService anthropic() {
    return new KnownService(
        Service.ANTHROPIC,
        URI.create("https://api.anthropic.com"),
        "",
        List.of(Catalogue.ANTHROPIC),
        false);
  }

  /// By its responses: with chat completions, its newer models do not think where there are tools.
  public static KnownService openAi() {
    var chat = preset("openai");
    var service = chat.service();
    return new KnownService(
        new Service(Language.RESPONSES, service.preset(), OWN, service.authentication()),
        chat.endpoint(),
        "",
        chat.prices(),
        chat.embeddings());
  }

  /// OpenAI's models at Azure.
  ///
  /// @param apiVersion null for the API without a date
  public static KnownService azure(@Nullable String apiVersion) {
    var key = new Authentication.Header("api-key", "");
    var prices = List.of("azure");
    if (apiVersion == null) {
      var service = new Service(Language.RESPONSES, "openai", OWN, key);
      return new KnownService(service, null, "/openai/v1", prices, true);
    }
    var door = new Door.Deployments(apiVersion);
    return new KnownService(
        new Service(Language.CHAT, "openai", door, key), null, "", prices, true);
  }

  public static KnownService gemini() {
    return new KnownService(
        new Service(Language.GEMINI, "", OWN, new Authentication.Header("x-goog-api-key", "")),
        URI.create("https://generativelanguage.googleapis.com"),
        "",
        List.of("gemini"),
        true);
  }

  /// Amazon Bedrock with an API key of its own.
  public static KnownService bedrock(String region) {
    return new KnownService(
        new Service(Language.BEDROCK, "", OWN, BEARER),
        URI.create("https://bedrock-runtime." + region + ".amazonaws.com"),
        "",
        List.of("bedrock_converse", "bedrock"),
        true);
  }

  /// Amazon Bedrock with requests that are signed.
  public static KnownService signedBedrock(String region) {
    return bedrock(region).with(new Authentication.Signature(region));
  }

  public static KnownService vertexAi(String project, String location) {
    return new KnownService(
        new Service(Language.VERTEX, "", new Door.Project(project, location), BEARER),
        URI.create("https://" + vertexHost(location)),
        "",
        List.of("vertex_ai-anthropic_models", "vertex_ai-language-models"),
        true);
  }

  private static String vertexHost(String location) {
    return switch (location) {
      case "global" -> "aiplatform.googleapis.com";
      case "us", "eu" -> "aiplatform." + location + ".rep.googleapis.com";
      default -> location + "-aiplatform.googleapis.com";
    };
  }

  /// A compatible service that has no preset.
  public static KnownService unknown() {
    return new KnownService(new Service(Language.CHAT, "", OWN, BEARER), null, "", List.of(), true);
  }

  /// The services with presets, by name.
  public static SortedMap<String, KnownService> byPreset() {
    return PRESETS;
  }

  private static KnownService preset(String name) {
    var known = PRESETS.get(name);
    if (known == null) {
      throw new IllegalStateException("BUG: no preset " + name);
    }
    return known;
  }

  private static SortedMap<String, KnownService> presets() {
    var presets = new TreeMap<String, KnownService>();
    try (var file = Preset.file()) {
      JsonMapper.shared()
          .readTree(file)
          .properties()
          .forEach(one -> presets.put(one.getKey(), service(one.getKey(), one.getValue())));
      return Collections.unmodifiableSortedMap(presets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KnownService service(String name, JsonNode json) {
    var credential = json.required("credential");
    var service =
        new Service(
            Language.CHAT,
            name,
            OWN,
            new Authentication.Header(
                credential.required("header").stringValue(),
                credential.required("prefix").stringValue()));
    var endpoint = URI.create(json.required("endpoint").stringValue());
    var prices = json.path("prices");
    return new KnownService(
        service,
        endpoint,
        "",
        prices.isString() ? List.of(prices.stringValue()) : List.of(),
        json.required("embeddings").booleanValue());
  }
}
