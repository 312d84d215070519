package dev.sluice.crds;

/// What is checked across all credentials of a Provider, in CEL.
final class CredentialChecks {

  static final String ONE_KIND =
      "self.credentials.all(c, has(c.secretRef) == has(self.credentials[0].secretRef)"
          + " && has(c.accessKey) == has(self.credentials[0].accessKey)"
          + " && has(c.clientSecret) == has(self.credentials[0].clientSecret))";

  private CredentialChecks() {}
}
