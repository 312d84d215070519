package dev.sluice.compiler.service;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.core.provider.Credential;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks to whom the platform's identity is shown: whoever writes a Provider does not own it, and
/// must not have it sent to a place of their own.
public final class IdentityRules {

  private static final String LOOPBACK = "(localhost|127([.][0-9]{1,3}){3}|\\[::1\\])";
  private static final Pattern LOOPBACK_HOST = Pattern.compile(LOOPBACK);

  /// Tests have an authority of their own.
  private static final Pattern LOOPBACK_AUTHORITY =
      Pattern.compile("https?://" + LOOPBACK + "(:[0-9]{1,5})?");

  private static final List<String> AMAZON = List.of(".amazonaws.com", ".amazonaws.com.cn");
  private static final List<String> GOOGLE = List.of(".googleapis.com");

  /// Not all of `.azure.com`: anybody can have a name below `cloudapp.azure.com`.
  private static final List<String> AZURE =
      List.of(
          ".openai.azure.com",
          ".cognitiveservices.azure.com",
          ".services.ai.azure.com",
          ".openai.azure.us",
          ".cognitiveservices.azure.us",
          ".openai.azure.cn",
          ".cognitiveservices.azure.cn");

  /// Of Entra ID, for each of Azure's clouds; the public one is first.
  private static final List<String> AUTHORITIES =
      List.of(
          "https://login.microsoftonline.com",
          "https://login.microsoftonline.us",
          "https://login.partner.microsoftonline.cn");

  /// A host of another cloud than the public one.
  private static final Pattern AZURE_CLOUD =
      Pattern.compile("(?i)https?://[^/:]*\\.azure\\.(us|cn)(?=[:/]|$)");

  private IdentityRules() {}

  /// @param endpoint in lower case
  public static void check(CredentialPlan plan, URI endpoint, Complaints complaints) {
    if (!(plan instanceof CredentialPlan.Identity(var credential))) {
      return;
    }
    var own = own(credential);
    var host = String.valueOf(endpoint.getHost());
    boolean good = "https".equals(endpoint.getScheme()) && own.stream().anyMatch(host::endsWith);
    if (!good && !LOOPBACK_HOST.matcher(host).matches()) {
      var expected =
          "with workloadIdentity https and a host of the cloud's own: *" + String.join(", *", own);
      complaints.unexpected("spec.endpoint", host, expected);
    }
  }

  private static List<String> own(Credential credential) {
    return switch (credential) {
      case Credential.AwsIdentity _ -> AMAZON;
      case Credential.GoogleIdentity _ -> GOOGLE;
      case Credential.EntraIdentity _ -> AZURE;
      case Credential.Value _,
          Credential.AwsKeyPair _,
          Credential.GoogleKey _,
          Credential.EntraSecret _ ->
          throw new IllegalStateException("BUG: no identity of a platform");
    };
  }

  /// Who gives tokens out: where nothing is said, the authority of the endpoint's cloud.
  ///
  /// @param said a URL
  /// @param endpoint as the manifest has it
  static URI authority(
      @Nullable String said, @Nullable String endpoint, String field, Complaints complaints) {
    var own = URI.create(AUTHORITIES.get(cloud(endpoint == null ? "" : endpoint)));
    if (said == null) {
      return own;
    }
    var authority = said.replaceAll("/+$", "");
    boolean loopback = LOOPBACK_AUTHORITY.matcher(authority).matches();
    if (!loopback && !AUTHORITIES.contains(authority)) {
      complaints.unexpected(field, said, String.join(", ", AUTHORITIES));
      return own;
    }
    return URI.create(authority);
  }

  /// The place of its authority.
  private static int cloud(String endpoint) {
    var azure = AZURE_CLOUD.matcher(endpoint);
    if (!azure.lookingAt()) {
      return 0;
    }
    return azure.group(1).equalsIgnoreCase("us") ? 1 : 2;
  }
}
