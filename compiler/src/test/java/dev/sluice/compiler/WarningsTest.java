package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.problem.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is valid and does nothing is in force, and told.
class WarningsTest {

  private static final String OTHERS =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: frankfurt }
      spec:
        type: Bedrock
        region: eu-central-1
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        models:
          - name: claude-sonnet-4-5
            upstreamName: "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
          - { name: dearest }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: narrow }
      spec: { models: { allow: [ "claude-haiku-*" ] } }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: listed }
      spec: { providers: { allow: [ anthropic ] } }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: european }
      spec: { providers: { regions: [ eu-central-1, eu ] } }
      """;

  private static List<String> warnings(String manifests) {
    var file = new ManifestFile("more", OTHERS + "---\n" + manifests);
    var compilation = Worlds.compile(LastGood.NONE, Worlds.base(), file);
    assertThat(compilation.problems()).isEmpty();
    return compilation.warnings().stream()
        .map(warning -> warning.toString().replaceFirst("more:[0-9]+: [A-Za-z]+ default/", ""))
        .toList();
  }

  private static List<String> ofKey(String spec) {
    return warnings(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: bob }
        spec:
          keySecretRef: { name: bob, key: token }
        %s
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: bob }
        stringData: { token: bob-bob-bob-bob-bob-bob }
        """
            .formatted(spec.indent(2)));
  }

  @Test
  void what_does_something_is_no_warning() {
    assertThat(ofKey("providers: [ { name: anthropic }, { name: frankfurt } ]")).isEmpty();
    assertThat(ofKey("team: narrow\nproviders: [ { name: anthropic } ]")).isEmpty();
  }

  @Test
  void a_key_that_its_team_leaves_nothing_may_use_no_model() {
    assertThat(ofKey("team: listed\nproviders: [ { name: frankfurt } ]"))
        .containsExactly(
            "bob: spec.providers: may use no model: provider frankfurt: team listed does"
                + " not let it");
    assertThat(ofKey("team: european\nproviders: [ { name: anthropic }, { name: frankfurt } ]"))
        .containsExactly(
            "bob: spec.providers: may use no model: provider anthropic: it does not tell its"
                + " region, and team european lets only some; provider frankfurt:"
                + " claude-sonnet-4-5: it leaves the regions"
                + " that team european lets");
    assertThat(ofKey("team: narrow\nproviders: [ { name: frankfurt } ]"))
        .containsExactly(
            "bob: spec.providers: may use no model: provider frankfurt: claude-sonnet-4-5:"
                + " models.allow of team narrow does not have it");
  }

  @Test
  void a_key_without_a_provider_or_without_a_price_may_use_no_model() {
    assertThat(ofKey("team: narrow"))
        .containsExactly("bob: spec.providers: may use no model: spec.providers is empty");
    assertThat(ofKey("providers: [ { name: frankfurt, models: [ dearest ] } ]"))
        .containsExactly(
            "bob: spec.providers: may use no model: provider frankfurt: dearest: it has no price");
    assertThat(ofKey("providers: [ { name: frankfurt, models: [ gpt-* ] } ]"))
        .containsExactly(
            "bob: spec.providers: may use no model: provider frankfurt: the key's models for it are"
                + " none that it has");
  }

  @Test
  void what_a_team_withholds_of_a_key_that_has_others_is_told_field_by_field() {
    assertThat(
            ofKey(
                """
                team: listed
                providers: [ { name: anthropic }, { name: frankfurt } ]
                aliases: [ { name: far, to: frankfurt/claude-sonnet-4-5 } ]
                routes:
                  - { match: { thinking: true }, to: frankfurt/claude-sonnet-4-5 }
                  - { match: { thinking: false }, to: claude-sonnet-4-5 }
                fallbacks: [ claude-haiku-4-5, frankfurt/claude-sonnet-4-5 ]
                tiers: { sonnet: frankfurt/claude-sonnet-4-5 }
                """))
        .containsExactly(
            "bob: spec.providers[1]: frankfurt has no effect: team listed does not let it",
            "bob: spec.aliases: frankfurt/claude-sonnet-4-5 has no effect: team listed does not let"
                + " it",
            "bob: spec.routes[0].to: frankfurt/claude-sonnet-4-5 has no effect: team listed"
                + " does not"
                + " let it",
            "bob: spec.fallbacks[1]: frankfurt/claude-sonnet-4-5 has no effect: team listed"
                + " does not"
                + " let it",
            "bob: spec.tiers.sonnet: frankfurt/claude-sonnet-4-5 has no effect: team listed"
                + " does not"
                + " let it");
  }

  @Test
  void a_fallback_that_the_team_s_models_do_not_have_and_a_pattern_of_nothing_are_told() {
    assertThat(
            ofKey(
                """
                team: narrow
                providers: [ { name: anthropic, models: [ "claude-*", "claude-sonet-*" ] } ]
                fallbacks: [ claude-opus-4-5 ]
                """))
        .containsExactly(
            "bob: spec.providers[0].models[1]: claude-sonet-* has no effect: provider anthropic has"
                + " no such model",
            "bob: spec.fallbacks[0]: claude-opus-4-5 has no effect: models.allow of team"
                + " narrow does"
                + " not have it");
  }

  @Test
  void a_team_s_words_for_what_no_provider_has_are_told() {
    assertThat(
            warnings(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: Team
                metadata: { name: ops }
                spec:
                  tiers: { opus: claude-sonet-4-5, haiku: claude-haiku-4-5 }
                  aliases: [ { name: fast, to: groq/llama } ]
                  providers: { allow: [ anthropic, antropic ] }
                """))
        .containsExactly(
            "ops: spec.tiers.opus: claude-sonet-4-5 has no effect: no provider has such a model",
            "ops: spec.aliases: groq/llama has no effect: no provider has such a model",
            "ops: spec.providers.allow: antropic has no effect: there is no such Provider");
  }

  @Test
  void a_route_that_is_fitted_already_is_told() {
    assertThat(
            ofKey(
                """
                providers: [ { name: anthropic } ]
                routes:
                  - { match: { model: "claude-*", size: { maxBytes: 9000 } }, to: claude-haiku-4-5 }
                  - match: { model: "claude-op*-5", size: { minBytes: 5, maxBytes: 9000 } }
                    to: claude-haiku-4-5
                  - { match: { model: "claude-*", size: { maxBytes: 9001 } }, to: claude-haiku-4-5 }
                  - { match: { session: "*" }, to: claude-haiku-4-5 }
                  - { match: {}, to: claude-opus-4-5 }
                  - match: { tools: { minCount: 3 }, header: { user-agent: "x*" } }
                    to: claude-haiku-4-5
                  - { match: {}, to: claude-haiku-4-5 }
                """))
        .containsExactly(
            "bob: spec.routes[1]: it has no effect: spec.routes[0] comes first, and fits all that"
                + " this one fits",
            "bob: spec.routes[5]: it has no effect: spec.routes[4] comes first, and fits all that"
                + " this one fits",
            "bob: spec.routes[6]: it has no effect: spec.routes[4] comes first, and fits all that"
                + " this one fits");
  }

  @Test
  void complexity_that_no_route_asks_for_and_weights_of_0_alone_are_told() {
    assertThat(
            ofKey(
                """
                providers: [ { name: anthropic, weight: 0 } ]
                routes: [ { match: { thinking: false }, to: claude-haiku-4-5 } ]
                complexity: { maxTools: 12 }
                """))
        .containsExactly(
            "bob: spec.providers: weight: 0 of each has no effect: it is as if each had the"
                + " weight 1",
            "bob: spec.complexity: an object has no effect: no route's match has complexity");
  }

  @Test
  void a_target_that_the_key_s_own_models_deny_is_told() {
    var why = " has no effect: the key's models for anthropic do not have it";
    assertThat(
            ofKey(
                """
                providers: [ { name: anthropic, models: [ "claude-haiku-*" ] } ]
                aliases: [ { name: big, to: claude-opus-4-5 }, { name: s, to: claude-haiku-4-5 } ]
                routes: [ { match: { thinking: true }, to: anthropic/claude-opus-4-5 } ]
                fallbacks: [ claude-haiku-4-5, claude-sonnet-4-5 ]
                tiers: { opus: claude-opus-4-5, sonnet: claude-haiku-4-5 }
                """))
        .containsExactly(
            "bob: spec.aliases: claude-opus-4-5" + why,
            "bob: spec.routes[0].to: anthropic/claude-opus-4-5" + why,
            "bob: spec.fallbacks[1]: claude-sonnet-4-5" + why,
            "bob: spec.tiers.opus: claude-opus-4-5" + why);
  }

  @Test
  void a_credential_twice_weights_of_0_alone_and_a_preset_without_embeddings_are_told() {
    assertThat(
            warnings(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: Provider
                metadata: { name: other }
                spec:
                  type: OpenAICompatible
                  preset: groq
                  credentials:
                    - { name: main, weight: 0, secretRef: { name: anthropic, key: apiKey } }
                    - { name: spare, weight: 0, secretRef: { name: keys, key: alice } }
                    - { name: more, weight: 0, secretRef: { name: anthropic, key: apiKey } }
                  models:
                    - { name: llama-3.3-70b-versatile }
                    - { name: a, kind: Embedding, price: { inputUsdPerMTok: "1" } }
                """))
        .containsExactly(
            "other: spec.credentials: weight: 0 of each has no effect: it is as if each had the"
                + " weight 1",
            "other: spec.credentials[2]: more has no effect: it is the credential of main",
            "other: spec.models: a has no effect: preset groq has no embeddings");
  }

  @Test
  void an_embedding_model_of_bedrock_that_is_of_no_known_family_is_told() {
    assertThat(
            warnings(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: Provider
                metadata: { name: other }
                spec:
                  type: Bedrock
                  region: eu-central-1
                  credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
                  models:
                    - name: text
                      upstreamName: amazon.titan-embed-text-v2
                      kind: Embedding
                      price: { inputUsdPerMTok: "1" }
                    - { name: nova-embed, kind: Embedding, price: { inputUsdPerMTok: "1" } }
                """))
        .containsExactly(
            "other: spec.models: nova-embed has no effect: at Bedrock only names with titan-embed"
                + " or cohere.embed make embeddings");
  }

  @Test
  void a_bad_object_has_its_problem_and_no_warning() {
    var key =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: bob }
        spec: { team: listed, keySecretRef: { name: keys, key: alice } }
        """;
    var compilation =
        Worlds.compile(
            LastGood.NONE, Worlds.base(), new ManifestFile("more", OTHERS + "---\n" + key));
    // The value is alice's: a bad object has its problem, and no warning beside it.
    assertThat(compilation.problems()).isNotEmpty();
    assertThat(compilation.warnings()).noneMatch(one -> one.object().contains("bob"));
    assertThat(compilation.warnings())
        .noneMatch(one -> one.fault() instanceof Fault.NothingAllowed);
  }
}
