package dev.sluice.crds;

/// What is checked across all credentials of a Provider, in CEL.
final class CredentialChecks {

  static final String ONE_KIND =
      "self.credentials.all(c, has(c.secretRef) == has(self.credentials[0].secretRef)"
          + " && has(c.accessKey) == has(self.credentials[0].accessKey)"
          + " && has(c.clientSecret) == has(self.credentials[0].clientSecret))";

  static final String EACH_ONCE =
      "self.credentials.all(c,"
          + " (!has(c.secretRef) || self.credentials.exists_one(d, has(d.secretRef)"
          + " && d.secretRef == c.secretRef))"
          + " && (!has(c.accessKey) || self.credentials.exists_one(d, has(d.accessKey)"
          + " && d.accessKey == c.accessKey)))";

  private CredentialChecks() {}
}
