package dev.sluice.wire.bedrock;

import dev.sluice.wire.conversation.Block.CacheMark;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes cache points where the conversation has marks, as many as the service takes.
///
/// The Messages API refuses a fifth mark; from whoever has more, the last ones count: they cover
/// the most.
final class CachePoints {

  static final int POINTS_MAX = 4;

  private final Family family;
  private final Set<String> untold;
  private int left;

  /// @param marks how many are to come
  CachePoints(Family family, int marks, Set<String> untold) {
    this.family = family;
    this.untold = untold;
    this.left = marks;
  }

  /// Nova caches no tools.
  void writeBehindTool(JsonGenerator json, @Nullable CacheMark mark) {
    if (family == Family.NOVA && mark != null) {
      untold.add("cache_control");
    } else {
      write(json, mark);
    }
  }

  void write(JsonGenerator json, @Nullable CacheMark mark) {
    if (mark == null) {
      return;
    }
    boolean taken = family != Family.OTHER && left <= POINTS_MAX;
    left--;
    if (!taken) {
      untold.add("cache_control");
      return;
    }
    json.writeStartObject();
    json.writeObjectPropertyStart("cachePoint");
    json.writeStringProperty("type", "default");
    if (mark.lifetime().equals("1h")) {
      if (family == Family.CLAUDE) {
        json.writeStringProperty("ttl", "1h");
      } else {
        untold.add("cache_control.ttl");
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
