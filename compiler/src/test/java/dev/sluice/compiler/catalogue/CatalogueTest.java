package dev.sluice.compiler.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatalogueTest {

  @Test
  void models_of_one_kind_take_the_same_requests_and_every_listed_model_is_in_the_catalogue() {
    var kinds = RequestKinds.anthropic();
    assertThat(Catalogue.anthropic().models().keySet()).containsAll(kinds.kinds().keySet());
    assertThat(kinds.features().keySet()).containsAll(kinds.kinds().values());
    var models = Catalogue.anthropic().models();
    assertThat(models.get("claude-haiku-5-5").requests().kind())
        .isEqualTo(models.get("claude-opus-5-5").requests().kind())
        .isNotEqualTo(models.get("claude-haiku-4-5").requests().kind());
    assertThat(models.get("claude-haiku-5-5").requests().outputTokensMax()).isEqualTo(128_000);
    assertThat(models.get("claude-opus-4-8").requests()).isNull();
  }

  @Test
  void the_built_in_catalogue_prices_every_model_of_anthropic() {
    var catalogue = Catalogue.anthropic();
    assertThat(catalogue.models()).hasSize(22);
    assertThat(catalogue.models().values())
        .allMatch(entry -> entry.price() != null && entry.contextTokensMax() != null);
    assertThat(catalogue.version()).matches("\\d{4}-\\d\\d-\\d\\d\\.[0-9a-f]{8}");
    var opus = catalogue.models().get("claude-opus-4-5");
    assertThat(opus.price().rates().cacheWrite1h().toUsd()).isEqualTo("10");
    assertThat(opus.price().webSearchPerUse().toUsd()).isEqualTo("0.01");
    assertThat(opus.contextTokensMax()).isEqualTo(200_000);
  }

  @Test
  void the_dearest_search_counts_and_tiers_have_their_thresholds() {
    var line =
        """
        {"provider":"p","model":"m","input":"1","output":"2","cacheRead":"3","cacheWrite5m":"4",\
        "cacheWrite1h":"5","above":{"200k":{"input":"6","output":"7","cacheRead":"8",\
        "cacheWrite5m":"9","cacheWrite1h":"10"}},"webSearchPerUse":{"a":"0.01","b":"0.03"}}
        """;
    var entry = Catalogue.read(line, "p", "2026-01-01", RequestKinds.anthropic()).models().get("m");
    assertThat(entry.price().webSearchPerUse().toUsd()).isEqualTo("0.03");
    assertThat(entry.price().above().getFirst().inputTokens()).isEqualTo(200_000);
    assertThat(entry.price().above().getFirst().rates().cacheWrite1h().toUsd()).isEqualTo("10");
    assertThat(entry.contextTokensMax()).isNull();
  }

  @Test
  void a_missing_class_leaves_the_model_without_a_price() {
    var lines =
        """
        {"provider":"p","model":"a","input":"1","output":"2","cacheRead":"3","cacheWrite5m":"4"}
        {"provider":"p","model":"b","input":"1","output":"2","cacheRead":"3","cacheWrite5m":"4",\
        "cacheWrite1h":"5","above":{"200k":{"input":"6","output":"7"}}}
        """;
    var models = Catalogue.read(lines, "p", "2026-01-01", RequestKinds.anthropic()).models();
    assertThat(models).hasSize(2);
    assertThat(models.values()).allMatch(entry -> entry.price() == null);
  }

  @Test
  void other_data_is_another_version() {
    var line = "{\"provider\":\"p\",\"model\":\"a\"}";
    assertThat(Catalogue.read(line, "p", "2026-01-01", RequestKinds.anthropic()).version())
        .isNotEqualTo(
            Catalogue.read(line + " ", "p", "2026-01-01", RequestKinds.anthropic()).version());
  }
}
