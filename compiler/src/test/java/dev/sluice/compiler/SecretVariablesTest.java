package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.compiler.secret.SecretVariables;
import dev.sluice.core.provider.Credential;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretVariablesTest {

  private static final String PROVIDER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: one }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: my-accounts, key: api.key } } ]
      """;

  private static final String SECRET =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: my-accounts }
      stringData: { api.key: of-the-manifest }
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of("SLUICE_SECRET_MY_ACCOUNTS_API_KEY", "of-the-environment", "HOME", "/home/me");

  private static Compilation compile(SecretVariables variables, String manifests) {
    return new Compiler(Catalogue.anthropic(), variables)
        .compile(
            Manifests.read(List.of(new ManifestFile("f", manifests))),
            LastGood.NONE,
            MadeKeys.of(Map.of()));
  }

  @Test
  void a_variable_stands_for_a_secret_that_no_manifest_has() {
    var variables = SecretVariables.of(ENVIRONMENT);
    var compilation = compile(variables, PROVIDER);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.credentials().values())
        .containsEntry("default/one/main", new Credential.Value("of-the-environment"));
    assertThat(compilation + " " + variables).doesNotContain("of-the-environment", "/home/me");
  }

  @Test
  void a_secret_of_the_manifests_wins_also_where_it_lacks_the_key() {
    var variables = SecretVariables.of(ENVIRONMENT);
    assertThat(compile(variables, PROVIDER + SECRET).credentials().values())
        .containsEntry("default/one/main", new Credential.Value("of-the-manifest"));
    var lacking = PROVIDER + SECRET.replace("api.key:", "other:");
    assertThat(compile(variables, lacking).credentials().values()).isEmpty();
  }

  @Test
  void other_namespaces_and_clusters_do_not_ask_the_environment() {
    assertThat(compile(SecretVariables.NONE, PROVIDER).problems()).hasSize(1);
    var elsewhere = PROVIDER.replace("{ name: one }", "{ name: one, namespace: sales }");
    assertThat(compile(SecretVariables.of(ENVIRONMENT), elsewhere).problems()).hasSize(1);
  }
}
