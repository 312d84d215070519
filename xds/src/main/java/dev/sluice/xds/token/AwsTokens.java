package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Key pairs that AWS gives to the place where we run, in the order in which AWS's own programs
/// look for them.
record AwsTokens(Map<String, String> environment) implements TokenSource {

  /// A pair that does not expire is looked at again halfway.
  private static final Duration LASTING = Duration.ofMinutes(10);

  private static final String ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET = "AWS_SECRET_ACCESS_KEY";

  AwsTokens {
    environment = Map.copyOf(environment);
  }

  @Override
  public AccessToken fetch() throws IOException, InterruptedException {
    var said = new Environment(environment);
    if (said.has(ID) && said.has(SECRET)) {
      return lasting(said.value(ID), said.value(SECRET), said.value("AWS_SESSION_TOKEN"));
    }
    if (WebIdentity.isSaid(said)) {
      return WebIdentity.fetch(said);
    }
    var file = AwsProfile.file(said);
    if (Files.isRegularFile(file)) {
      var profile = AwsProfile.read(file, said);
      if (profile.isComplete()) {
        return lasting(profile.id(), profile.secret(), profile.sessionToken());
      }
    }
    if (ContainerIdentity.isSaid(said)) {
      return ContainerIdentity.fetch(said);
    }
    if (said.value("AWS_EC2_METADATA_DISABLED").equalsIgnoreCase("true")) {
      throw new IOException(
          "no identity of AWS (expected: a web identity, container credentials, an instance"
              + " profile, or a key pair in the environment)");
    }
    return InstanceProfile.fetch(said);
  }

  private static AccessToken lasting(String id, String secret, String sessionToken) {
    return new AccessToken(
        new Credential.AwsKeyPair(id, secret, sessionToken), Instant.now().plus(LASTING));
  }

  /// What a platform says; what is empty is not said.
  record Environment(Map<String, String> variables) {

    boolean has(String name) {
      return !value(name).isEmpty();
    }

    String value(String name) {
      return variables.getOrDefault(name, "");
    }
  }

  @Override
  public String toString() {
    return "AwsTokens[]";
  }
}
