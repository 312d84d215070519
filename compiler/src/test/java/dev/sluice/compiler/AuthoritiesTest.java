package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.core.provider.Credential;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who gives tokens of Entra ID out, by what a manifest says.
class AuthoritiesTest {

  private static final String PROVIDER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: azure }
      spec:
        type: AzureOpenAI
        endpoint: %s
        credentials:
          - { name: main, workloadIdentity: { tenantId: ours, clientId: app%s } }
      """;

  @ParameterizedTest
  @CsvSource({
    "https://ours.openai.azure.com,'',https://login.microsoftonline.com",
    "https://ours.services.ai.azure.com,'',https://login.microsoftonline.com",
    "https://ours.openai.azure.us,'',https://login.microsoftonline.us",
    "https://OURS.OpenAI.Azure.US/,'',https://login.microsoftonline.us",
    "https://ours.cognitiveservices.azure.cn,'',https://login.partner.microsoftonline.cn",
    "https://ours.openai.azure.us,https://login.microsoftonline.com/,"
        + "https://login.microsoftonline.com"
  })
  void the_endpoint_s_cloud_decides_where_nothing_is_said(
      String endpoint, String said, String authority) {
    var more = said.isEmpty() ? "" : ", authority: \"" + said + "\"";
    var compilation =
        Worlds.compile(
            LastGood.NONE, new ManifestFile("azure.yaml", PROVIDER.formatted(endpoint, more)));
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.credentials().values().values())
        .singleElement()
        .isInstanceOfSatisfying(
            Credential.EntraIdentity.class,
            identity -> assertThat(identity.application().authority()).hasToString(authority));
  }
}
