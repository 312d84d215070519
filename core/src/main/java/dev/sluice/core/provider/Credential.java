package dev.sluice.core.provider;

import java.net.URI;

/// What a provider knows us by, or what gets us that.
public sealed interface Credential {

  /// What is shown as it is: an API key.
  record Value(String value) implements Credential {
    @Override
    public String toString() {
      return "Value[]";
    }
  }

  /// A key pair of AWS, which signs.
  ///
  /// @param sessionToken empty for a pair that does not expire
  record AwsKeyPair(String accessKeyId, String secretAccessKey, String sessionToken)
      implements Credential {
    @Override
    public String toString() {
      return "AwsKeyPair[" + accessKeyId + "]";
    }
  }

  /// What AWS gives to the place where the operator runs: a pair that signs, and ends soon.
  record AwsIdentity() implements Credential {}

  /// A key of Google's that is changed for access tokens.
  ///
  /// @param json the key's file
  record GoogleKey(String json) implements Credential {
    @Override
    public String toString() {
      return "GoogleKey[]";
    }
  }

  /// What Google gives to the place where access tokens are asked for.
  record GoogleIdentity() implements Credential {}

  /// The secret of an application in Entra ID, which is changed for access tokens.
  record EntraSecret(EntraApplication application, String secret) implements Credential {
    @Override
    public String toString() {
      return "EntraSecret[" + application + "]";
    }
  }

  /// The token of the workload that asks for access tokens, which the application trusts.
  record EntraIdentity(EntraApplication application) implements Credential {}

  /// Who asks Entra ID.
  ///
  /// @param authority such as `https://login.microsoftonline.com`
  record EntraApplication(URI authority, String tenantId, String clientId) {}
}
