package dev.sluice.wire.bedrock;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.json.CountedTokens;
import java.io.ByteArrayOutputStream;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// CountTokens of Amazon Bedrock, around the body of either call that it counts.
public final class BedrockCount {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// An inference profile of AWS's own, which names its foundation model; by its id or its ARN.
  private static final Pattern PROFILE =
      Pattern.compile(
          "(?:arn:[^/]*:inference-profile/)?(?:us-gov|us|eu|apac|jp|au|ca|sa|global)"
              + "\\.([a-z0-9-]+\\..+)");

  private BedrockCount() {}

  /// Only a foundation model counts, also one that is called by a profile only: real calls of
  /// others found that it refuses every profile. What an application's own profile stands for is
  /// not known; it is asked for as it is, and refused.
  public static String path(String model) {
    var profile = PROFILE.matcher(model);
    var counting = profile.matches() ? profile.group(1) : model;
    return "/model/" + ConverseTranslator.segment(counting) + "/count-tokens";
  }

  /// The body that asks.
  ///
  /// @param invoke the body of an InvokeModel
  public static byte[] ofInvoke(byte[] invoke) {
    var body = new ByteArrayOutputStream(invoke.length * 4 / 3 + 64);
    try (var json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("input");
      json.writeObjectPropertyStart("invokeModel");
      json.writeName("body");
      json.writeBinary(invoke);
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    }
    return body.toByteArray();
  }

  /// The tokens that the answer tells.
  ///
  /// @throws MalformedBodyException if it does not
  public static long tokens(byte[] answer, int offset, int length) {
    return CountedTokens.read(answer, offset, length, "inputTokens");
  }
}
