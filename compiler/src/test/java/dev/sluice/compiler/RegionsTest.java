package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.service.Regions;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the regions of teams leave of a key.
class RegionsTest {

  private static final List<String> EUROPE = List.of("eu", "eu-central-1", "europe-west4");

  private final Compilation compilation =
      Worlds.compile(
          LastGood.NONE,
          Worlds.base(),
          Worlds.file(Worlds.RESOURCES.resolve("valid/regions.yaml")));

  private KeyPolicy key(String name) {
    return compilation.snapshot().keysByName().stream()
        .filter(key -> key.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectName provider(String name) {
    return new ObjectName("default", name);
  }

  @Test
  void a_provider_of_another_region_or_of_none_is_not_in_the_policy() {
    assertThat(compilation.problems()).isEmpty();
    assertThat(key("bob").grants().stream().map(Grant::provider))
        .containsExactly(provider("frankfurt"), provider("netherlands"), provider("house"));
    assertThat(compilation.path(key("bob")).getFirst().withheld())
        .containsExactly(
            new Withheld.Elsewhere(provider("anthropic"), null, EUROPE),
            new Withheld.Elsewhere(provider("pretender"), "us-east-1", EUROPE),
            new Withheld.Leaving(
                provider("frankfurt"),
                List.of("american", "claude-arn-abroad", "claude-opaque", "worldwide"),
                EUROPE),
            new Withheld.Elsewhere(provider("google"), "global", EUROPE));
  }

  @Test
  void models_that_leave_the_regions_are_left_out_of_a_grant_and_the_rest_stays() {
    assertThat(key("bob").grants().stream().map(Grant::models))
        .containsExactly(
            new Globs(List.of("claude-arn", "claude-provisioned", "european", "plain")),
            Globs.ALL,
            Globs.ALL);
  }

  @Test
  void every_team_on_the_path_must_let_a_region() {
    var grants = key("dora").grants();
    assertThat(grants.stream().map(Grant::provider)).containsExactly(provider("frankfurt"));
    // The inner team lets `us` and not `eu`, the outer one `eu` and not `us`.
    assertThat(grants.getFirst().models()).isEqualTo(new Globs(List.of("claude-provisioned")));
    var path = compilation.path(key("dora"));
    assertThat(path.get(0).withheld().stream().map(Withheld::provider))
        .containsExactly(provider("netherlands"), provider("frankfurt"));
    assertThat(path.get(1).withheld().stream().map(Withheld::provider))
        .containsExactly(provider("frankfurt"));
  }

  @Test
  void a_provider_that_moves_leaves_the_keys_of_the_team() {
    var file = Worlds.file(Worlds.RESOURCES.resolve("valid/regions.yaml"));
    var moved = file.text().replace("location: europe-west4", "location: europe-west9");
    var now =
        Worlds.compile(
            compilation.good(),
            Worlds.base(),
            new dev.sluice.compiler.manifest.ManifestFile(file.path(), moved));
    assertThat(
            now.snapshot().keysByName().stream()
                .flatMap(key -> key.grants().stream().map(Grant::provider)))
        .doesNotContain(provider("netherlands"))
        .contains(provider("frankfurt"));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-sonnet-4-5-20250929-v1:0,true",
    "zai.glm-4.7,true",
    "eu.anthropic.claude-sonnet-4-5-20250929-v1:0,true",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0,false",
    "us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0,false",
    "apac.amazon.nova-lite-v1:0,false",
    "jp.anthropic.claude-haiku-4-5-20251001-v1:0,false",
    "GLOBAL.anthropic.claude-haiku-4-5-20251001-v1:0,false",
    "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-v2,true",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2,false",
    "arn:aws:bedrock:eu-central-1:1:inference-profile/eu.amazon.nova-lite-v1:0,true",
    "arn:aws:bedrock:eu-central-1:1:inference-profile/us.amazon.nova-lite-v1:0,false",
    "arn:aws:bedrock:eu-central-1:1:inference-profile/unheard,false",
    "arn:aws:bedrock:eu-central-1:1:imported-model/abc,true",
    "arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc,false",
    "arn:aws:bedrock:eu-central-1:1:default-prompt-router/anthropic.claude:1,false",
    "arn:aws:sagemaker:eu-central-1:1:endpoint/mine,false"
  })
  void a_name_at_bedrock_tells_whether_it_is_served_beyond_its_region(String name, boolean stays) {
    assertThat(Regions.stays(name, Set.of("eu-central-1", "eu"))).isEqualTo(stays);
    assertThat(Stream.of("eu", "us", "apac", "jp", "global"))
        .allSatisfy(other -> assertThat(Regions.stays(other + ".a.b", Set.of(other))).isTrue());
  }
}
