package dev.sluice.compiler.service;

import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credential.EntraApplication;
import dev.sluice.crds.SecretKeyRef;

/// Where a credential comes from, checked; its Secret is not looked up yet.
public sealed interface CredentialPlan {

  /// A value that is shown as it is.
  record ApiKey(SecretKeyRef secret) implements CredentialPlan {}

  /// The file of a key of Google's.
  record GoogleKey(SecretKeyRef secret) implements CredentialPlan {}

  /// A key pair of AWS.
  ///
  /// @param secret the Secret's name
  record AwsKeyPair(String secret) implements CredentialPlan {}

  /// The secret of an application in Entra ID.
  record EntraSecret(EntraApplication application, SecretKeyRef secret) implements CredentialPlan {}

  /// No Secret.
  record Identity(Credential credential) implements CredentialPlan {}
}
