package dev.sluice.extproc.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageArraysTest {

  private final MessageArrays arrays = new MessageArrays();

  @Test
  void an_array_is_long_enough_and_at_most_a_fourth_of_it_is_wasted() {
    for (int length = MessageArrays.LENGTH_MIN; length <= MessageArrays.LENGTH_MAX; length += 997) {
      assertThat(MessageArrays.size(length)).isBetween(length, length / 3 * 4);
    }
    assertThat(MessageArrays.size(MessageArrays.LENGTH_MAX)).isEqualTo(MessageArrays.LENGTH_MAX);
  }

  @Test
  void lends_an_array_to_one_borrower_at_a_time() {
    var first = arrays.take(50_000);
    arrays.give(first);
    var again = arrays.take(56_000);
    assertThat(again == first).isTrue();
    assertThat(arrays.take(50_000) == again).isFalse();
  }

  @Test
  void keeps_no_more_than_its_limits_and_forgets_what_was_used_least_lately() {
    var large = give(MessageArrays.LENGTH_MAX, 10);
    int kept = (int) (MessageArrays.KEPT_BYTES_MAX / MessageArrays.LENGTH_MAX);
    assertThat(takenAgain(large, MessageArrays.LENGTH_MAX)).isEqualTo(kept);
    var small = give(MessageArrays.LENGTH_MIN, 100);
    assertThat(takenAgain(small, MessageArrays.LENGTH_MIN)).isEqualTo(MessageArrays.KEPT_MAX);
  }

  @Test
  void keeps_nothing_that_is_small_or_huge() {
    for (int length : List.of(100, MessageArrays.LENGTH_MAX + 1)) {
      var array = arrays.take(length);
      assertThat(array).hasSize(length);
      arrays.give(array);
      assertThat(arrays.take(length) == array).isFalse();
    }
  }

  private List<byte[]> give(int length, int count) {
    var given = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      given.add(arrays.take(length));
    }
    given.forEach(arrays::give);
    return given;
  }

  /// Takes as many as were given; the latest are kept.
  private int takenAgain(List<byte[]> given, int length) {
    int found = 0;
    for (int i = 0; i < given.size(); i++) {
      var taken = arrays.take(length);
      found += given.stream().anyMatch(array -> array == taken) ? 1 : 0;
    }
    return found;
  }
}
