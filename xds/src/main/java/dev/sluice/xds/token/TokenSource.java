package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Who changes a credential for access tokens.
sealed interface TokenSource permits GoogleTokens, EntraTokens {

  /// Blocks, and gives up after a while.
  ///
  /// @throws IOException where there is none at the moment, or none for this credential
  AccessToken fetch() throws IOException, InterruptedException;

  /// Null for a credential that is shown or signs by itself.
  static @Nullable TokenSource of(Credential credential) {
    return switch (credential) {
      case Credential.Value _, Credential.AwsKeyPair _, Credential.AwsIdentity _ -> null;
      case Credential.GoogleKey(var json) -> new GoogleTokens(json);
      case Credential.GoogleIdentity() -> new GoogleTokens("");
      case Credential.EntraSecret secret -> EntraTokens.of(secret);
      case Credential.EntraIdentity identity -> EntraTokens.of(identity);
    };
  }
}
