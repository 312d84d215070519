package dev.sluice.mcp.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookAlikesTest {

  @ParameterizedTest
  @CsvSource({
    "search, SEARCH",
    "search, se\\u0430rch",
    "search, \\uff53earch",
    "search, sear\\u200bch",
    "search, se\\u0301arch",
    "PEOPLE, \\u0420\\u0415\\u041e\\u0420L\\u0415",
    "TOKEN, \\u03a4\\u039f\\u039a\\u0395\\u039d",
    "list_all, Iist_a11",
    "get-issue, get\\u2010issue",
    "zoo, z0\\u03bf",
    "hours, \\u0570\\u0585\\u057drs",
  })
  void finds_names_that_look_alike(String name, String other) {
    assertThat(LookAlikes.skeleton(unescaped(other))).isEqualTo(LookAlikes.skeleton(name));
  }

  @ParameterizedTest
  @CsvSource({
    "get_issue, get_issues",
    "get_issue, get-issue",
    "search, serach",
    "read, write",
    "\\u6587, \\u5b57",
  })
  void other_names_look_like_other_names(String name, String other) {
    assertThat(LookAlikes.skeleton(unescaped(other)))
        .isNotEqualTo(LookAlikes.skeleton(unescaped(name)));
  }

  private static String unescaped(String text) {
    return java.util.regex.Pattern.compile("\\\\u([0-9a-f]{4})")
        .matcher(text)
        .replaceAll(match -> Character.toString(Integer.parseInt(match.group(1), 16)));
  }
}
