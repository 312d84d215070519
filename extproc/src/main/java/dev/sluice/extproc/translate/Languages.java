package dev.sluice.extproc.translate;

import dev.sluice.core.policy.Model;
import dev.sluice.core.provider.Service;
import dev.sluice.core.provider.Service.Door;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.bedrock.ConverseCounter;
import dev.sluice.wire.bedrock.ConverseTranslator;
import dev.sluice.wire.bedrock.Family;
import dev.sluice.wire.embedding.BedrockEmbeddings;
import dev.sluice.wire.embedding.EmbeddingTranslator;
import dev.sluice.wire.embedding.GeminiEmbeddings;
import dev.sluice.wire.embedding.VertexEmbeddings;
import dev.sluice.wire.gemini.GeminiCounter;
import dev.sluice.wire.gemini.GeminiTranslator;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.openai.chat.ChatTranslator;
import dev.sluice.wire.openai.chat.DeploymentTranslator;
import dev.sluice.wire.openai.responses.ResponsesCounter;
import dev.sluice.wire.openai.responses.ResponsesTranslator;
import dev.sluice.wire.translate.Counter;
import dev.sluice.wire.translate.Translator;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import org.jspecify.annotations.Nullable;

/// The languages of all services.
final class Languages {

  private static final Presets PRESETS = Presets.read();

  /// The origin of thoughts of a service without a preset.
  private static final String UNKNOWN = "compatible";

  private Languages() {}

  /// What a model of a service is spoken to in.
  sealed interface Spoken {

    /// Tells errors.
    Translator translator();

    /// Another language.
    ///
    /// @param origin of its thoughts, for their seals
    /// @param counter null where it does not count
    record Foreign(Translator translator, String origin, @Nullable Counter counter)
        implements Spoken {}

    /// The client's own, in the frame of a cloud.
    ///
    /// @param door what its path names
    record Framed(CloudFrame frame, Door door, Translator translator) implements Spoken {}
  }

  static Spoken of(Service service, Model model) {
    return switch (service.language()) {
      case MESSAGES ->
          throw new IllegalStateException("BUG: what speaks Messages is not translated");
      case CHAT -> new Spoken.Foreign(chat(service), origin(service), null);
      case RESPONSES -> responses(quirks(service), origin(service));
      case GEMINI -> gemini(new dev.sluice.wire.gemini.Door.Developer());
      case BEDROCK -> bedrock(service, model);
      case VERTEX -> vertex(service, model);
    };
  }

  private static Translator chat(Service service) {
    var chat = new ChatTranslator(quirks(service), origin(service));
    return service.door() instanceof Door.Deployments(var apiVersion)
        ? new DeploymentTranslator(chat, apiVersion)
        : chat;
  }

  private static Spoken responses(Quirks quirks, String origin) {
    return new Spoken.Foreign(
        new ResponsesTranslator(quirks, origin), origin, new ResponsesCounter(quirks, origin));
  }

  private static Spoken.Foreign gemini(dev.sluice.wire.gemini.Door door) {
    return new Spoken.Foreign(
        new GeminiTranslator(door), GeminiTranslator.ORIGIN, new GeminiCounter(door));
  }

  private static Spoken bedrock(Service service, Model model) {
    var family = isClaude(model) ? Family.CLAUDE : Family.of(model.upstreamName());
    var converse = new ConverseTranslator(family);
    return family == Family.CLAUDE
        ? new Spoken.Framed(CloudFrame.BEDROCK, service.door(), converse)
        : new Spoken.Foreign(converse, ConverseTranslator.ORIGIN, new ConverseCounter(family));
  }

  private static Spoken vertex(Service service, Model model) {
    var gemini = gemini(vertexDoor(service));
    return isClaude(model)
        ? new Spoken.Framed(CloudFrame.VERTEX, service.door(), gemini.translator())
        : gemini;
  }

  private static dev.sluice.wire.gemini.Door.Vertex vertexDoor(Service service) {
    if (!(service.door() instanceof Door.Project(var project, var location))) {
      throw new IllegalStateException("BUG: Vertex AI without a project");
    }
    return new dev.sluice.wire.gemini.Door.Vertex(project, location);
  }

  /// By either name: an ARN does not tell.
  private static boolean isClaude(Model model) {
    return model.name().startsWith("claude")
        || model.upstreamName().startsWith("claude")
        || model.upstreamName().contains("anthropic.");
  }

  private static String origin(Service service) {
    return service.preset().isEmpty() ? UNKNOWN : service.preset();
  }

  /// How a model of a service is asked for embeddings; null where it is in the client's own words.
  ///
  /// @throws UntranslatableException where there is no way
  static @Nullable EmbeddingTranslator embeddings(Service service, Model model) {
    return switch (service.language()) {
      case MESSAGES -> throw new IllegalStateException("BUG: Anthropic has no embeddings");
      case CHAT, RESPONSES -> {
        if (!service.preset().isEmpty() && !known(service).preset().embeddings()) {
          throw new UntranslatableException(
              Capability.OTHER,
              "embeddings: not served by %s (expected: another provider)"
                  .formatted(service.preset()));
        }
        yield null;
      }
      case GEMINI -> new GeminiEmbeddings();
      case BEDROCK -> BedrockEmbeddings.of(model.name(), model.upstreamName());
      case VERTEX -> new VertexEmbeddings(vertexDoor(service));
    };
  }

  private static Quirks quirks(Service service) {
    return service.preset().isEmpty() ? Quirks.CAUTIOUS : known(service).quirks();
  }

  private static Presets.Service known(Service service) {
    var known = PRESETS.services().get(service.preset());
    if (known == null) {
      throw new IllegalStateException("BUG: no preset " + service.preset());
    }
    return known;
  }
}
