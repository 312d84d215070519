package dev.sluice.wire.anthropic;

import static dev.sluice.wire.anthropic.RequestScanner.once;

import dev.sluice.wire.anthropic.MessagesRequest.Media;
import java.util.ArrayList;
import java.util.List;

/// Finds the images, documents and files in the blocks of messages, and what a comparison of two
/// bodies must know: thoughts, and the marks of the provider's cache.
///
/// Only places where the API takes blocks are looked at: an `input` of a tool can look like an
/// image, and is billed as text.
final class BlockScanner {

  private enum Kind {
    TEXT,
    THINKING,
    MEDIA,
    UPLOAD
  }

  private enum Source {
    NONE,
    ENCODED,
    ELSEWHERE
  }

  /// The provider takes four in a body.
  private static final int CACHE_MARKS_MAX = 8;

  private final JsonCursor json;
  private final List<Span> cacheMarks = new ArrayList<>(0);
  private long thinkingBytes;
  private long images;
  private long pdfs;
  private long encodedBytes;
  private long pdfBytes;
  private boolean unbounded;

  BlockScanner(JsonCursor json) {
    this.json = json;
  }

  Media media() {
    return images == 0 && pdfs == 0 && !unbounded
        ? Media.NONE
        : new Media(images, pdfs, encodedBytes, pdfBytes, unbounded);
  }

  /// The members `cache_control` of blocks, each with the comma before it: without them a block is
  /// JSON still, and says the same.
  List<Span> cacheMarks() {
    return cacheMarks;
  }

  /// The bytes of the blocks in which a model thought.
  long thinkingBytes() {
    return thinkingBytes;
  }

  /// A string, a block, or an array of blocks.
  void content(int depth) {
    switch (json.peek()) {
      case '[' -> array(depth);
      case '{' -> block(depth);
      default -> json.skip(depth);
    }
  }

  private void array(int depth) {
    json.enter(depth);
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      content(depth + 1);
    }
  }

  private void block(int depth) {
    json.enter(depth);
    json.peek();
    int start = json.position();
    int memberEnd = start;
    int seen = 0;
    var kind = Kind.TEXT;
    var source = Source.NONE;
    var found = new Encoded();
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("type")) {
        seen = once(seen, 1, "type");
        kind = kind(depth + 1);
      } else if (json.textIs("source")) {
        seen = once(seen, 2, "source");
        source = source(depth + 1, found);
      } else if (json.textIs("content")) {
        seen = once(seen, 4, "content");
        content(depth + 1);
      } else if (json.textIs("cache_control") && memberEnd > start) {
        json.skip(depth + 1);
        mark(memberEnd);
      } else {
        json.skip(depth + 1);
      }
      memberEnd = json.position();
    }
    thinkingBytes += kind == Kind.THINKING ? json.position() - start : 0;
    count(kind, source, found);
  }

  private void mark(int from) {
    if (cacheMarks.size() < CACHE_MARKS_MAX) {
      cacheMarks.add(new Span(from, json.position() - from));
    }
  }

  private Kind kind(int depth) {
    boolean isText = json.skipText(depth);
    if (isText && (json.textIs("image") || json.textIs("document"))) {
      return Kind.MEDIA;
    }
    if (isText && (json.textIs("thinking") || json.textIs("redacted_thinking"))) {
      return Kind.THINKING;
    }
    return isText && json.textIs("container_upload") ? Kind.UPLOAD : Kind.TEXT;
  }

  /// Of a source: what it carries in base64.
  private static final class Encoded {
    int bytes;
    boolean image;
  }

  private Source source(int depth, Encoded found) {
    if (json.peek() != '{') {
      json.skip(depth);
      return Source.NONE;
    }
    json.enter(depth);
    int seen = 0;
    var source = Source.NONE;
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("type")) {
        seen = once(seen, 1, "source.type");
        source = sourceType(depth + 1);
      } else if (json.textIs("data")) {
        seen = once(seen, 2, "source.data");
        found.bytes = json.skipText(depth + 1) ? json.textBytes() : 0;
      } else if (json.textIs("media_type")) {
        seen = once(seen, 4, "source.media_type");
        found.image = json.skipText(depth + 1) && json.textStartsWith("image/");
      } else if (json.textIs("content")) {
        seen = once(seen, 8, "source.content");
        content(depth + 1);
      } else {
        json.skip(depth + 1);
      }
    }
    return source;
  }

  private Source sourceType(int depth) {
    boolean isText = json.skipText(depth);
    if (isText && json.textIs("base64")) {
      return Source.ENCODED;
    }
    boolean inline = isText && (json.textIs("text") || json.textIs("content"));
    return inline ? Source.NONE : Source.ELSEWHERE;
  }

  private void count(Kind kind, Source source, Encoded found) {
    if (kind == Kind.UPLOAD || (kind == Kind.MEDIA && source == Source.ELSEWHERE)) {
      unbounded = true;
    } else if (kind == Kind.MEDIA && source == Source.ENCODED) {
      encodedBytes += found.bytes;
      if (found.image) {
        images++;
      } else {
        pdfs++;
        pdfBytes += found.bytes;
      }
    }
  }
}
