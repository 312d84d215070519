package dev.sluice.compiler.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which regular expressions a manifest can have.
class ExpressionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-[A-Za-z0-9]{8,}",
        "(?i)password\\s*[:=]\\s*\\S+",
        "\\p{L}+@[a-z.+-]+",
        "a+?b*?c??",
        "(?:a|b)+",
        "[\\]a]+\\d{3,4}",
        "\\x{1F600}",
        "\\Q(?=a)\\E+",
        "\\++",
        "^\\w+$",
        "\\z"
      })
  void what_both_engines_read_is_well(String expression) {
    assertThat(Expressions.flaw(expression)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a", "[a", "a{2", "*a", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>",
        "a++", "a*+", "a?+", "a{2}+", "(?>a)", "a{1001}", "a{2,1001}", "a{10000}", "[a&&b]",
            "[a[b]]",
        "\\Ra", "\\Z", "\\h"
      })
  void what_needs_more_than_one_pass_or_is_not_the_same_is_refused(String expression) {
    assertThat(Expressions.flaw(expression)).isNotNull();
  }
}
