package dev.sluice.testkit.anthropic.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where `cache_control` may stand, how often, and in which order of lifetimes.
final class CacheRules {

  private static final int BREAKPOINTS_MAX = 4;
  private static final Set<String> UNCACHEABLE = Set.of("thinking", "redacted_thinking");

  private CacheRules() {}

  static void check(Field body, Betas betas) {
    var marks = new ArrayList<Field>();
    body.optional("tools").map(Field::items).stream()
        .flatMap(List::stream)
        .forEach(tool -> collectTool(tool, marks));
    body.optional("system").stream()
        .flatMap(CacheRules::blocks)
        .forEach(block -> collect(block, marks));
    body.required("messages").items().stream()
        .flatMap(message -> blocks(message.at("content")))
        .forEach(block -> collect(block, marks));
    body.optional("cache_control").ifPresent(marks::add);
    marks.forEach(mark -> checkMark(mark, betas));
    body.ensure(
        marks.size() <= BREAKPOINTS_MAX,
        "A maximum of %d blocks with cache_control may be provided. Found %d.",
        BREAKPOINTS_MAX,
        marks.size());
    checkLifetimes(marks);
  }

  private static Stream<Field> blocks(Field content) {
    return content.value().isArray() ? content.items().stream() : Stream.empty();
  }

  private static void collectTool(Field tool, List<Field> marks) {
    tool.ensure(
        !(tool.value().has("cache_control") && tool.value().path("defer_loading").asBoolean(false)),
        "Tools with defer_loading cannot use prompt caching");
    collect(tool, marks);
  }

  private static void collect(Field block, List<Field> marks) {
    block.optional("cache_control").filter(mark -> !mark.value().isNull()).ifPresent(marks::add);
    var type = block.value().path("type").asString("");
    block.ensure(
        !(UNCACHEABLE.contains(type) && block.value().has("cache_control")),
        "cache_control cannot be set for %s blocks",
        type);
    if (type.equals("tool_result")) {
      blocks(block.at("content")).forEach(inner -> collect(inner, marks));
    }
  }

  private static void checkMark(Field mark, Betas betas) {
    mark.only(
        betas.has(Betas.CACHE_SCOPE) ? Set.of("type", "ttl", "scope") : Set.of("type", "ttl"));
    mark.required("type").oneOf(Set.of("ephemeral"));
    mark.optional("ttl").ifPresent(ttl -> ttl.oneOf(Set.of("5m", "1h")));
  }

  private static void checkLifetimes(List<Field> marks) {
    var shorter = false;
    for (var mark : marks) {
      var hour = mark.value().path("ttl").asString("5m").equals("1h");
      mark.ensure(
          !(hour && shorter),
          "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block");
      shorter |= !hour;
    }
  }
}
