package dev.sluice.testkit.openai.rules;

import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/// The content of a message or of an item: a string, or parts.
final class PartRules {

  private static final int PARTS_MAX = 100_000;
  private static final Set<String> DETAILS = Set.of("auto", "low", "high", "original");
  private static final Pattern DATA_URL =
      Pattern.compile("data:image/(png|jpeg|gif|webp);base64,(.*)", Pattern.DOTALL);

  private PartRules() {}

  static void check(Field content, Set<String> types) {
    if (content.value().isString()) {
      return;
    }
    if (!content.value().isArray()) {
      throw content.ofType("one of a string or array of objects");
    }
    content.someItems(PARTS_MAX).forEach(part -> checkPart(part, types));
  }

  private static void checkPart(Field part, Set<String> types) {
    switch (part.object().required("type").oneOf(types)) {
      case "text" -> part.only(Set.of("type", "text")).required("text").text();
      case "refusal" -> part.only(Set.of("type", "refusal")).required("refusal").text();
      case "image_url" -> {
        var image = part.only(Set.of("type", "image_url")).required("image_url");
        checkImage(image.only(Set.of("url", "detail")).required("url"));
        image.optional("detail").ifPresent(detail -> detail.oneOf(DETAILS));
      }
      case "input_audio" -> part.only(Set.of("type", "input_audio")).required("input_audio");
      case "file" -> part.only(Set.of("type", "file")).required("file").object();
      case "input_text" -> part.only(Set.of("type", "text")).required("text").text();
      case "output_text" -> {
        part.only(Set.of("type", "text", "annotations", "logprobs"));
        part.required("text").text();
      }
      case "input_image" -> {
        part.only(Set.of("type", "image_url", "detail", "file_id"));
        part.optional("image_url").ifPresent(PartRules::checkImage);
        part.optional("detail").ifPresent(detail -> detail.oneOf(DETAILS));
      }
      // input_file: by id, by address or by data
      default -> part.only(Set.of("type", "file_id", "file_url", "file_data", "filename"));
    }
  }

  private static void checkImage(Field url) {
    var text = url.text();
    if (text.startsWith("https://") || text.startsWith("http://")) {
      return;
    }
    var data = DATA_URL.matcher(text);
    if (!data.matches()) {
      throw url.bad(
          "expected a base64-encoded data URL with an image MIME type (png, jpeg, gif or webp)",
          "invalid_value");
    }
    try {
      Base64.getDecoder().decode(data.group(2));
    } catch (IllegalArgumentException e) {
      throw url.bad("invalid base64 image: " + e.getMessage(), "invalid_base64");
    }
  }
}
