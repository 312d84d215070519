package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ProviderInForce;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.compiler.service.CredentialPlan;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Credential;
import dev.sluice.crds.SecretKeyRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Finds the Providers' credentials, and with them the versions in force.
final class ProviderResolver {

  private static final String AT = "spec.credentials[0]";
  private static final String ID = "accessKeyId";
  private static final String SECRET = "secretAccessKey";
  private static final String TOKEN = "sessionToken";

  /// Kinds of key files that say who asks and nothing else. One of a federation
  /// (`external_account`) names files and URLs of its author's choice: the operator would read
  /// them, and send what they say to another one.
  private static final Set<String> KEY_FILES = Set.of("service_account", "authorized_user");

  private final Secrets secrets;

  private ProviderResolver(Secrets secrets) {
    this.secrets = secrets;
  }

  static SortedMap<ObjectName, ProviderInForce> resolve(
      Map<ObjectName, Draft<ProviderPlan, ProviderInForce>> drafts, Secrets secrets) {
    var resolver = new ProviderResolver(secrets);
    var inForce = new TreeMap<ObjectName, ProviderInForce>();
    drafts.forEach(
        (name, draft) -> {
          var now = resolver.now(draft);
          var version = now == null ? resolver.before(draft) : now;
          if (version != null) {
            inForce.put(name, version);
          }
        });
    return inForce;
  }

  private @Nullable ProviderInForce now(Draft<ProviderPlan, ProviderInForce> draft) {
    var plan = draft.now();
    if (plan == null) {
      return null;
    }
    return find(draft.name(), plan.source(), draft.complaints())
        .map(credential -> new ProviderInForce(plan, credential))
        .orElse(null);
  }

  /// The last good version with the credential of now, or with its own where that is malformed.
  /// Where the credential was deleted the provider is gone.
  private @Nullable ProviderInForce before(Draft<ProviderPlan, ProviderInForce> draft) {
    var before = draft.before();
    if (before == null) {
      return null;
    }
    return keep(draft, before)
        .map(credential -> new ProviderInForce(before.plan(), credential))
        .orElse(null);
  }

  /// The credential, if all is there in the right form; otherwise complains.
  private Optional<Credential> find(
      ObjectName provider, CredentialPlan plan, Complaints complaints) {
    return switch (plan) {
      case CredentialPlan.ApiKey(var ref) ->
          text(provider, ref, AT + ".secretRef", complaints).map(Credential.Value::new);
      case CredentialPlan.GoogleKey(var ref) ->
          secrets
              .find(provider, ref, AT + ".secretRef", complaints)
              .filter(json -> isKeyFile(json, complaints))
              .map(Credential.GoogleKey::new);
      case CredentialPlan.AwsKeyPair(var name) -> keyPair(provider, name, complaints);
      case CredentialPlan.EntraSecret(var application, var ref) ->
          text(provider, ref, AT + ".clientSecret.secretRef", complaints)
              .map(secret -> new Credential.EntraSecret(application, secret));
      case CredentialPlan.Identity(var credential) -> Optional.of(credential);
    };
  }

  /// What an earlier version has now: its Secret of now, or its own credential where that is
  /// malformed; nothing where it was deleted.
  private Optional<Credential> keep(
      Draft<ProviderPlan, ProviderInForce> draft, ProviderInForce before) {
    var provider = draft.name();
    var plan = before.plan().source();
    var unheard = new Complaints(draft.complaints().source());
    boolean there = references(plan).allMatch(ref -> secrets.find(provider, ref).isPresent());
    return there
        ? find(provider, plan, unheard).or(() -> Optional.of(before.credential()))
        : Optional.empty();
  }

  private static Stream<SecretKeyRef> references(CredentialPlan plan) {
    return switch (plan) {
      case CredentialPlan.ApiKey(var ref) -> Stream.of(ref);
      case CredentialPlan.GoogleKey(var ref) -> Stream.of(ref);
      case CredentialPlan.AwsKeyPair(var name) ->
          Stream.of(new SecretKeyRef(name, ID), new SecretKeyRef(name, SECRET));
      case CredentialPlan.EntraSecret(_, var ref) -> Stream.of(ref);
      case CredentialPlan.Identity _ -> Stream.of();
    };
  }

  private Optional<String> text(
      ObjectName provider, SecretKeyRef ref, String field, Complaints complaints) {
    return secrets.find(provider, ref, Secrets.CREDENTIAL, field, complaints);
  }

  private Optional<Credential> keyPair(ObjectName provider, String name, Complaints complaints) {
    var field = AT + ".accessKey";
    var id = text(provider, new SecretKeyRef(name, ID), field, complaints);
    // One complaint of a Secret that is not there is enough.
    var secret = id.flatMap(_ -> text(provider, new SecretKeyRef(name, SECRET), field, complaints));
    var tokenRef = new SecretKeyRef(name, TOKEN);
    var token =
        secrets.find(provider, tokenRef).isPresent()
            ? text(provider, tokenRef, field, complaints)
            : Optional.of("");
    return secret.flatMap(
        key -> token.map(session -> new Credential.AwsKeyPair(id.orElseThrow(), key, session)));
  }

  private static boolean isKeyFile(String json, Complaints complaints) {
    try {
      if (KEY_FILES.contains(JsonMapper.shared().readTree(json).path("type").asString(""))) {
        return true;
      }
    } catch (JacksonException _) {
      // The complaint below says what is expected.
    }
    var expected = "the JSON file of a key, of type service_account or authorized_user";
    complaints.add(AT + ".secretRef", new Fault.Unresolved("(hidden)", expected));
    return false;
  }

  static Upstream upstream(ObjectName name, ProviderPlan plan) {
    return new Upstream(
        name,
        plan.endpoint(),
        plan.service(),
        credentialName(name, plan),
        plan.models(),
        plan.ceilingPrice(),
        plan.budgets(),
        plan.rateLimits(),
        plan.timeouts(),
        plan.outlier());
  }

  static String credentialName(ObjectName name, ProviderPlan plan) {
    return name + "/" + plan.credential();
  }
}
