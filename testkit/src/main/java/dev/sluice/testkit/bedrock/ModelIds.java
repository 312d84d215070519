package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.cloud.CloudRefusedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/// Finds the foundation model behind what a path names: a model id, an inference profile or an ARN
/// of either, with `:` and `/` encoded as in every segment of a path.
record ModelIds(BedrockConfig config) {

  private static final Pattern PROFILE =
      Pattern.compile("(us|us-gov|eu|apac|jp|au|ca|sa|global)\\.(.+)");
  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws(?:-us-gov|-cn)?:bedrock:([a-z0-9-]*):[0-9]{0,12}"
              + ":(foundation-model|inference-profile|application-inference-profile)/([^/]+)");
  private static final Map<String, String> GEOGRAPHY =
      Map.of(
          "us", "us-",
          "us-gov", "us-gov-",
          "eu", "eu-",
          "apac", "ap-",
          "jp", "ap-northeast-",
          "au", "ap-southeast-",
          "ca", "ca-",
          "sa", "sa-",
          "global", "");

  /// The key of its prices.
  String resolve(String segment) {
    var id = decoded(segment);
    var model = id.startsWith("arn:") ? ofArn(id) : ofName(id);
    if (config.prices().find(model).isEmpty()) {
      throw invalid();
    }
    return allowed(model);
  }

  private String allowed(String model) {
    if (config.denied().contains(model)) {
      throw new CloudRefusedException(
          403,
          "AccessDeniedException",
          "You don't have access to the model with the specified model ID.");
    }
    return model;
  }

  /// Finds a foundation model whose tokens are counted. What AWS documents are models of Anthropic;
  /// what real calls found is that no profile counts, and that a model counts which only profiles
  /// call.
  String resolveCounted(String segment) {
    var id = decoded(segment);
    var foundation = ARN.matcher(id);
    boolean named = foundation.matches() && foundation.group(2).equals("foundation-model");
    var model = named ? foundation.group(3) : id;
    if (named && !foundation.group(1).equals(config.region())) {
      throw invalid();
    }
    if (!model.startsWith("anthropic.") || config.prices().find(model).isEmpty()) {
      resolve(segment);
      throw validation("The provided model doesn't support counting tokens.");
    }
    return allowed(model);
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw invalid();
    }
  }

  private String ofArn(String arn) {
    var parts = ARN.matcher(arn);
    if (!parts.matches() || !parts.group(1).equals(config.region())) {
      throw invalid();
    }
    return switch (parts.group(2)) {
      case "application-inference-profile" -> config.profiles().getOrDefault(arn, "");
      default -> ofName(parts.group(3));
    };
  }

  private String ofName(String name) {
    var profile = PROFILE.matcher(name);
    if (profile.matches()) {
      if (!config.region().startsWith(GEOGRAPHY.getOrDefault(profile.group(1), "none"))) {
        throw invalid();
      }
      return profile.group(2);
    }
    if (config.profileOnly().contains(name)) {
      throw validation(
          "Invocation of model ID "
              + name
              + " with on-demand throughput isn’t supported. Retry your request with the ID or ARN"
              + " of an inference profile that contains this model.");
    }
    return name;
  }

  private static CloudRefusedException invalid() {
    return validation("The provided model identifier is invalid.");
  }

  private static CloudRefusedException validation(String message) {
    return new CloudRefusedException(400, "ValidationException", message);
  }
}
