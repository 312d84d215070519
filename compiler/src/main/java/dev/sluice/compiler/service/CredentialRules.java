package dev.sluice.compiler.service;

import dev.sluice.compiler.manifest.Names;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.Values;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credential.EntraApplication;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Provider.Type;
import dev.sluice.crds.schema.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks a Provider's credentials.
public final class CredentialRules {

  private static final String ONE_OF =
      "exactly one of secretRef, accessKey, clientSecret and workloadIdentity";

  /// Of one Provider.
  private static final int ACCOUNTS_MAX = 16;

  private static final long WEIGHT_MAX = 1_000_000;

  private CredentialRules() {}

  /// Plans that are valid where nothing was complained of.
  public static List<AccountPlan> check(Provider.Spec spec, Complaints complaints) {
    var credentials = spec.credentials();
    if (credentials.isEmpty()) {
      complaints.add("spec.credentials", new Fault.Missing("one credential"));
    }
    if (credentials.size() > ACCOUNTS_MAX) {
      complaints.unexpected(
          "spec.credentials", credentials.size() + " of them", "1.." + ACCOUNTS_MAX);
    }
    var plans = new LinkedHashMap<String, AccountPlan>();
    for (int i = 0; i < credentials.size(); i++) {
      var at = "spec.credentials[" + i + "]";
      var credential = credentials.get(i);
      var name = credential.name();
      if (!Names.label(name)) {
        complaints.unexpected(at + ".name", name, Names.LABEL_EXPECTED);
      }
      Values.within(0, credential.weight(), WEIGHT_MAX, at + ".weight", complaints);
      var source = plan(spec, credential, at, complaints);
      if (source == null) {
        continue;
      }
      long weight = credential.weight() == null ? 1 : credential.weight();
      if (plans.put(name, new AccountPlan(name, weight, source)) != null) {
        complaints.unexpected(at + ".name", name, "each name once");
      }
      if (!plans.firstEntry().getValue().source().getClass().equals(source.getClass())) {
        complaints.unexpected(at, kind(credential), "all credentials of one kind");
      }
    }
    return List.copyOf(plans.values());
  }

  private static String kind(Provider.Credential credential) {
    if (credential.secretRef() != null) {
      return "secretRef";
    }
    if (credential.accessKey() != null) {
      return "accessKey";
    }
    return credential.clientSecret() != null ? "clientSecret" : "workloadIdentity";
  }

  private static @Nullable CredentialPlan plan(
      Provider.Spec spec, Provider.Credential credential, String at, Complaints complaints) {
    long given =
        Stream.of(
                credential.secretRef(),
                credential.accessKey(),
                credential.clientSecret(),
                credential.workloadIdentity())
            .filter(Objects::nonNull)
            .count();
    if (given == 0) {
      complaints.add(at, new Fault.Missing(ONE_OF));
      return null;
    }
    if (given > 1) {
      complaints.unexpected(at, given + " of them", ONE_OF);
      return null;
    }
    return ofType(spec, credential, at, complaints);
  }

  private static @Nullable CredentialPlan ofType(
      Provider.Spec spec, Provider.Credential credential, String at, Complaints complaints) {
    var type = spec.type();
    var secretRef = credential.secretRef();
    if (secretRef != null) {
      return type == Type.VertexAI
          ? new CredentialPlan.GoogleKey(secretRef)
          : new CredentialPlan.ApiKey(secretRef);
    }
    var accessKey = credential.accessKey();
    if (accessKey != null) {
      if (type != Type.Bedrock) {
        complaints.unexpected(at + ".accessKey", "an object", "only with type: Bedrock");
      }
      return new CredentialPlan.AwsKeyPair(accessKey.name());
    }
    var clientSecret = credential.clientSecret();
    if (clientSecret != null) {
      return secret(spec, clientSecret, at + ".clientSecret", complaints);
    }
    var identity = credential.workloadIdentity();
    return identity == null ? null : identity(spec, identity, at + ".workloadIdentity", complaints);
  }

  private static CredentialPlan secret(
      Provider.Spec spec, Provider.ClientSecret secret, String at, Complaints complaints) {
    if (spec.type() != Type.AzureOpenAI) {
      complaints.unexpected(at, "an object", "only with type: AzureOpenAI");
    }
    var said = new Application(secret.tenantId(), secret.clientId(), secret.authority());
    var application = application(spec, said, at, complaints);
    return new CredentialPlan.EntraSecret(application, secret.secretRef());
  }

  private static @Nullable CredentialPlan identity(
      Provider.Spec spec, Provider.WorkloadIdentity identity, String at, Complaints complaints) {
    return switch (spec.type()) {
      case Bedrock -> bare(new Credential.AwsIdentity(), identity, at, complaints);
      case VertexAI -> bare(new Credential.GoogleIdentity(), identity, at, complaints);
      case AzureOpenAI -> {
        var tenantId = identity.tenantId();
        var clientId = identity.clientId();
        if (tenantId == null || clientId == null) {
          var missing = tenantId == null ? ".tenantId" : ".clientId";
          complaints.add(at + missing, new Fault.Missing("an id, with type: AzureOpenAI"));
          yield null;
        }
        var said = new Application(tenantId, clientId, identity.authority());
        var application = application(spec, said, at, complaints);
        yield new CredentialPlan.Identity(new Credential.EntraIdentity(application));
      }
      case Anthropic, OpenAI, Gemini, OpenAICompatible -> {
        var expected = "only with type: AzureOpenAI, Bedrock or VertexAI";
        complaints.unexpected(at, "an object", expected);
        yield null;
      }
    };
  }

  private static CredentialPlan bare(
      Credential credential, Provider.WorkloadIdentity identity, String at, Complaints complaints) {
    if (!identity.equals(new Provider.WorkloadIdentity(null, null, null))) {
      complaints.unexpected(at, "fields", "{}; they are of type: AzureOpenAI");
    }
    return new CredentialPlan.Identity(credential);
  }

  /// What a manifest says of one.
  private record Application(String tenantId, String clientId, @Nullable String authority) {}

  private static EntraApplication application(
      Provider.Spec spec, Application said, String at, Complaints complaints) {
    Values.check(Text.NAME, said.tenantId(), at + ".tenantId", complaints);
    Values.check(Text.LABEL, said.clientId(), at + ".clientId", complaints);
    Values.check(Text.URL, said.authority(), at + ".authority", complaints);
    var authority = said.authority();
    var url = authority != null && Text.URL.matches(authority) ? authority : null;
    var uri = IdentityRules.authority(url, spec.endpoint(), at + ".authority", complaints);
    return new EntraApplication(uri, said.tenantId(), said.clientId());
  }
}
