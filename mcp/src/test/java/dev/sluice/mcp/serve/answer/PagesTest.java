package dev.sluice.mcp.serve.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mcp.serve.http.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class PagesTest {
  private static final Pages PAGES = new Pages("tools", "name", 2);

  private static List<ObjectNode> named(String names) {
    return Stream.of(names.split(""))
        .map(name -> JsonNodeFactory.instance.objectNode().put("name", name))
        .toList();
  }

  private static ObjectNode page(String names, JsonNode cursor) throws RefusedException {
    var result = JsonNodeFactory.instance.objectNode();
    PAGES.fill(result, named(names), cursor);
    return result;
  }

  private static String shown(ObjectNode page) {
    return String.join("", page.path("tools").findValuesAsString("name"));
  }

  private static JsonNode nothing() {
    return JsonNodeFactory.instance.missingNode();
  }

  @Test
  void each_entry_comes_once() throws RefusedException {
    var first = page("abcde", nothing());
    var second = page("abcde", first.path("nextCursor"));
    var third = page("abcde", second.path("nextCursor"));
    assertThat(List.of(shown(first), shown(second), shown(third))).containsExactly("ab", "cd", "e");
    assertThat(third.has("nextCursor")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // The list, as it has become after the first page of abcdef, and what comes next.
    "abcdef, cd",
    "bcdef, cd",
    "cdef, cd",
    "xyabcdef, cd",
    "abdef, de",
    "abxcdef, xc",
    "acdef, cd",
    "ab, ''",
    "adef, de"
  })
  void nothing_is_left_out_of_a_list_that_changes_meanwhile(String then, String next)
      throws RefusedException {
    var cursor = page("abcdef", nothing()).path("nextCursor");
    assertThat(shown(page(then, cursor))).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource({"abcdef, cd", "bcdef, cd", "xyabcdef, cd", "ab, ''"})
  void a_cursor_of_an_older_version_is_understood(String then, String next)
      throws RefusedException {
    var bytes = "2 b".getBytes(StandardCharsets.UTF_8);
    var older = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var cursor = JsonNodeFactory.instance.stringNode(older);
    assertThat(shown(page(then, cursor))).isEqualTo(next);
  }

  @Test
  void what_is_no_cursor_is_refused() {
    for (var text : List.of("", "a", "MQ", "x".repeat(50))) {
      var cursor = JsonNodeFactory.instance.stringNode(text);
      assertThatThrownBy(() -> page("abc", cursor)).isInstanceOf(RefusedException.class);
    }
  }
}
