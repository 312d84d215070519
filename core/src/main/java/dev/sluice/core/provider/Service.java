package dev.sluice.core.provider;

/// What a provider speaks, at which door, and how a request shows its credential.
///
/// @param preset the known service whose quirks hold, by its name; empty for none
public record Service(Language language, String preset, Door door, Authentication authentication) {

  public static final Service ANTHROPIC =
      new Service(
          Language.MESSAGES, "", new Door.Own(), new Authentication.Header("x-api-key", ""));

  /// The languages of providers.
  public enum Language {
    /// Anthropic's Messages API: what clients speak, so that nothing is translated.
    MESSAGES,
    /// OpenAI's chat completions, and those of compatible services.
    CHAT,
    /// OpenAI's responses.
    RESPONSES,
    /// The Gemini API.
    GEMINI,
    /// Amazon Bedrock: InvokeModel for Claude, Converse for all other models.
    BEDROCK,
    /// Vertex AI: Claude in its own language, Gemini in Google's.
    VERTEX
  }

  /// What a path names beside the model.
  public sealed interface Door {

    /// Nothing: the language has one path.
    record Own() implements Door {}

    /// Azure's deployments, each with a path, in a version of the API that has a date.
    record Deployments(String apiVersion) implements Door {}

    /// A project of Google Cloud in one of its locations.
    record Project(String project, String location) implements Door {}
  }

  /// How a request shows its credential.
  public sealed interface Authentication {

    /// As it is.
    ///
    /// @param name in lower case
    /// @param prefix before the credential; empty without one
    record Header(String name, String prefix) implements Authentication {}

    /// By a signature over the request, AWS Signature Version 4.
    record Signature(String region) implements Authentication {}
  }

  /// Whether requests and answers pass as they are.
  public boolean speaksMessages() {
    return language == Language.MESSAGES;
  }
}
