package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.Document;
import dev.sluice.wire.conversation.Block.Image;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Block.Text;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// Reads the content of messages and of tools' outputs: a text, or parts.
record PartReader(Untold untold) {

  private static final String DATA = "data:";
  private static final String BASE64 = ";base64,";
  private static final String PDF = "application/pdf";
  private static final Set<String> PART =
      Set.of(
          "type",
          "text",
          "refusal",
          "image_url",
          "file",
          "detail",
          "file_id",
          "file_data",
          "file_url",
          "filename");

  /// Text without a character is left out: it says nothing, and Anthropic refuses it.
  List<Block> of(Field content) {
    if (content.absent()) {
      return List.of();
    }
    if (content.json().isString()) {
      var text = content.text();
      return text.isBlank() ? List.of() : List.of(new Text(text, null));
    }
    if (!content.json().isArray()) {
      throw content.wrong("a string or an array of parts");
    }
    var blocks = new ArrayList<Block>();
    for (var part : content.items()) {
      var block = part(part);
      if (!(block instanceof Text(var text, _)) || !text.isBlank()) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /// Of what can have text only.
  List<Block> texts(Field content) {
    var blocks = of(content);
    if (!blocks.stream().allMatch(Text.class::isInstance)) {
      throw Unsaid.of(content, "text");
    }
    return blocks;
  }

  private Block part(Field part) {
    var type = part.object().at("type");
    untold.beyond(PART, part, "content.");
    return switch (type.name()) {
      case "text", "input_text", "output_text" -> new Text(part.at("text").text(), null);
      case "refusal" -> new Text(part.at("refusal").text(), null);
      case "image_url" -> {
        var image = part.at("image_url").object();
        yield image(image, image.at("url"));
      }
      case "input_image" -> image(part, part.at("image_url"));
      case "file" -> file(part.at("file").object());
      case "input_file" -> file(part);
      case String _ -> throw Unsaid.of(type, "text, an image or a file");
    };
  }

  private Image image(Field holder, Field url) {
    Unsaid.refuse(holder, "file_id", "image_url; this gateway stores no files");
    var detail = holder.at("detail").textIfAny();
    if (detail != null && !detail.equals("auto")) {
      untold.add("content.image.detail");
    }
    var text = url.name();
    return new Image(text.startsWith(DATA) ? encoded(url, text) : new Source.Url(text), null);
  }

  private static Source.Encoded encoded(Field field, String url) {
    int mark = url.indexOf(BASE64);
    if (mark < 0) {
      throw field.wrong("a web address, or data:TYPE;base64,DATA");
    }
    return new Source.Encoded(
        url.substring(DATA.length(), mark), url.substring(mark + BASE64.length()));
  }

  private static Document file(Field file) {
    Unsaid.refuse(file, "file_id", "file_data; this gateway stores no files");
    var title = file.at("filename").textIfAny();
    var url = file.at("file_url").textIfAny();
    return url == null
        ? new Document(data(file.at("file_data")), title, null, null)
        : new Document(new Source.Url(url), title, null, null);
  }

  private static Source data(Field data) {
    var text = data.name();
    var source = text.startsWith(DATA) ? encoded(data, text) : new Source.Encoded(PDF, text);
    return source.mediaType().startsWith("text/")
        ? new Source.Plain(decoded(data, source.base64()))
        : source;
  }

  private static String decoded(Field data, String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw data.wrong("base64");
    }
  }

  /// A user's name of a message; no language has a place for it.
  void name(Field message) {
    if (!message.at("name").absent()) {
      untold.add("messages.name");
    }
  }
}
