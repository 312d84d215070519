package dev.sluice.wire.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A part of a turn.
public sealed interface Block {

  /// The mark that the prompt may be cached up to here; null without one.
  @Nullable CacheMark cacheMark();

  /// @param lifetime `5m` or `1h`
  record CacheMark(String lifetime) {}

  record Text(String text, @Nullable CacheMark cacheMark) implements Block {}

  record Image(Source source, @Nullable CacheMark cacheMark) implements Block {}

  /// @param title null without one
  /// @param context what the client says about it; null without any
  record Document(
      Source source,
      @Nullable String title,
      @Nullable String context,
      @Nullable CacheMark cacheMark)
      implements Block {}

  /// A tool that the model wants run.
  ///
  /// @param input a JSON object
  record ToolUse(String id, String name, JsonNode input, @Nullable CacheMark cacheMark)
      implements Block {}

  /// What a tool came to.
  ///
  /// @param content texts, images and documents
  record ToolResult(
      String toolUseId, List<Block> content, boolean error, @Nullable CacheMark cacheMark)
      implements Block {
    public ToolResult {
      content = List.copyOf(content);
    }
  }

  /// @param signature the provider's own seal of it, of use to its origin only; null without one
  record Thinking(String text, @Nullable String signature) implements Block {
    @Override
    public @Nullable CacheMark cacheMark() {
      return null;
    }
  }

  /// Thinking that only its origin can read.
  record SealedThinking(String data) implements Block {
    @Override
    public @Nullable CacheMark cacheMark() {
      return null;
    }
  }

  /// A search of the web that the provider ran, in a turn of the model.
  ///
  /// @param id as the client was told it, `srvtoolu_…`
  /// @param query empty for a search that broke off
  record Search(String id, String query, @Nullable CacheMark cacheMark) implements Block {}

  /// What a search came to.
  ///
  /// @param searchId of its [Search]
  /// @param failure the Messages API's word for why there is nothing; null where it worked
  record Found(
      String searchId, List<Page> pages, @Nullable String failure, @Nullable CacheMark cacheMark)
      implements Block {
    public Found {
      pages = List.copyOf(pages);
    }
  }

  /// What only the Messages API has, the use of another server tool for example.
  ///
  /// @param type of the block
  record Other(String type, JsonNode json, @Nullable CacheMark cacheMark) implements Block {}

  /// Where an image or a document comes from.
  sealed interface Source {

    /// @param base64 without line breaks
    record Encoded(String mediaType, String base64) implements Source {}

    record Url(String url) implements Source {}

    /// A document of plain text.
    record Plain(String text) implements Source {}

    /// Something that only the origin can resolve, a file's id for example.
    record Foreign(String type) implements Source {}
  }
}
