package dev.sluice.wire.translate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchIdsTest {

  @ParameterizedTest
  @ValueSource(strings = {"openai", "together-ai", "together", "x"})
  void an_id_tells_whose_the_search_is(String origin) {
    var told = SearchIds.told(origin, "ws_1");
    assertThat(told).matches("srvtoolu_[a-zA-Z0-9_]+");
    assertThat(SearchIds.isForeign(told)).isTrue();
    assertThat(SearchIds.isOf(told, origin)).isTrue();
    assertThat(SearchIds.isOf(told, "toge")).isFalse();
    assertThat(SearchIds.isOf(told, Seal.ANTHROPIC)).isFalse();
    assertThat(SearchIds.own(told)).isEqualTo("ws_1");
    assertThat(SearchIds.told("gemini", told)).isEqualTo(told);
  }

  @Test
  void an_id_of_anthropic_stays_as_it_is() {
    assertThat(SearchIds.told(Seal.ANTHROPIC, "srvtoolu_01A")).isEqualTo("srvtoolu_01A");
    assertThat(SearchIds.isOf("srvtoolu_01A", Seal.ANTHROPIC)).isTrue();
    assertThat(SearchIds.isOf("srvtoolu_01A", "openai")).isFalse();
    assertThat(SearchIds.own("srvtoolu_01A")).isEqualTo("srvtoolu_01A");
  }

  @Test
  void an_id_of_any_form_is_told_in_one_that_clients_take() {
    assertThat(SearchIds.told("openai", "")).isEqualTo("srvtoolu_sluice_openai__");
    assertThat(SearchIds.told("openai", "srvtoolu_a-b/é"))
        .isEqualTo("srvtoolu_sluice_openai__a_b__");
    assertThat(SearchIds.told("openai", "x".repeat(1000))).hasSizeLessThan(200);
  }
}
