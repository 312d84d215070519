package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who changes a credential for access tokens.
sealed interface TokenSource permits AwsTokens, GoogleTokens, EntraTokens {

  /// Blocks, and gives up after a while.
  ///
  /// @throws IOException where there is none at the moment, or none for this credential
  AccessToken fetch() throws IOException, InterruptedException;

  /// Null for a credential that is shown or signs by itself.
  ///
  /// @param environment where a platform says who we are
  static @Nullable TokenSource of(Credential credential, Map<String, String> environment) {
    return switch (credential) {
      case Credential.Value _, Credential.AwsKeyPair _ -> null;
      case Credential.AwsIdentity _ -> new AwsTokens(environment);
      case Credential.GoogleKey key -> GoogleTokens.of(key);
      case Credential.GoogleIdentity _ -> GoogleTokens.ofPlatform(environment);
      case Credential.EntraSecret secret -> EntraTokens.of(secret);
      case Credential.EntraIdentity identity -> EntraTokens.of(identity, environment);
    };
  }
}
