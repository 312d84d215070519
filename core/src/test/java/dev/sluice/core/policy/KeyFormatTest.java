package dev.sluice.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class KeyFormatTest {

  @Test
  void made_keys_have_the_format_and_are_all_different() {
    var random = new SecureRandom();
    var seen = new HashSet<String>();
    for (int i = 0; i < 1000; i++) {
      var key = KeyFormat.generate(random);
      assertThat(key).matches("sk-slc-[0-9A-Za-z]{49}");
      assertThat(KeyFormat.looksOurs(key)).isTrue();
      assertThat(KeyFormat.checksumOk(key)).isTrue();
      assertThat(seen.add(key)).isTrue();
    }
  }

  @Test
  void every_single_typo_and_every_swap_of_neighbours_is_caught() {
    var key = KeyFormat.generate(new SecureRandom());
    for (int i = "sk-slc-".length(); i < key.length(); i++) {
      var typo = new StringBuilder(key);
      typo.setCharAt(i, key.charAt(i) == 'x' ? 'y' : 'x');
      assertThat(KeyFormat.checksumOk(typo.toString())).isFalse();
      var swapped = new StringBuilder(key);
      swapped.setCharAt(i, key.charAt(i - 1));
      swapped.setCharAt(i - 1, key.charAt(i));
      assertThat(KeyFormat.checksumOk(swapped.toString()))
          .isEqualTo(key.charAt(i) == key.charAt(i - 1));
    }
  }

  @Test
  void a_cut_or_foreign_key_fails_the_check() {
    var key = KeyFormat.generate(new SecureRandom());
    assertThat(KeyFormat.checksumOk(key.substring(0, key.length() - 1))).isFalse();
    assertThat(KeyFormat.checksumOk(key + "0")).isFalse();
    assertThat(KeyFormat.looksOurs("sk-ant-api03-0123456789")).isFalse();
    assertThat(KeyFormat.checksumOk("sk-ant-api03-0123456789")).isFalse();
  }
}
