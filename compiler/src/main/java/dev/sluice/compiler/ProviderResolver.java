package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ProviderInForce;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.compiler.service.AccountPlan;
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
    var credentials = new TreeMap<String, Credential>();
    for (int i = 0; i < plan.accounts().size(); i++) {
      var account = plan.accounts().get(i);
      var at = "spec.credentials[" + i + "]";
      find(draft.name(), account.source(), at, draft.complaints())
          .ifPresent(credential -> credentials.put(account.name(), credential));
    }
    return credentials.size() == plan.accounts().size()
        ? new ProviderInForce(plan, credentials)
        : null;
  }

  /// The last good version with the credentials of now, or with its own where one is malformed. One
  /// that was deleted is gone, and with the last of them the provider.
  private @Nullable ProviderInForce before(Draft<ProviderPlan, ProviderInForce> draft) {
    var before = draft.before();
    if (before == null) {
      return null;
    }
    var credentials = new TreeMap<String, Credential>();
    for (var account : before.plan().accounts()) {
      keep(draft, before, account).ifPresent(found -> credentials.put(account.name(), found));
    }
    var kept =
        before.plan().accounts().stream()
            .filter(account -> credentials.containsKey(account.name()))
            .toList();
    return kept.isEmpty() ? null : new ProviderInForce(before.plan().with(kept), credentials);
  }

  /// The credential, if all is there in the right form; otherwise complains.
  private Optional<Credential> find(
      ObjectName provider, CredentialPlan plan, String at, Complaints complaints) {
    return switch (plan) {
      case CredentialPlan.ApiKey(var ref) ->
          text(provider, ref, at + ".secretRef", complaints).map(Credential.Value::new);
      case CredentialPlan.GoogleKey(var ref) ->
          secrets
              .find(provider, ref, at + ".secretRef", complaints)
              .filter(json -> isKeyFile(json, at, complaints))
              .map(Credential.GoogleKey::new);
      case CredentialPlan.AwsKeyPair(var name) -> keyPair(provider, name, at, complaints);
      case CredentialPlan.EntraSecret(var application, var ref) ->
          text(provider, ref, at + ".clientSecret.secretRef", complaints)
              .map(secret -> new Credential.EntraSecret(application, secret));
      case CredentialPlan.Identity(var credential) -> Optional.of(credential);
    };
  }

  /// What an account of an earlier version has now: its Secret of now, or its own credential where
  /// that is malformed; nothing where it was deleted.
  private Optional<Credential> keep(
      Draft<ProviderPlan, ProviderInForce> draft, ProviderInForce before, AccountPlan account) {
    var provider = draft.name();
    var plan = account.source();
    var unheard = new Complaints(draft.complaints().source());
    boolean there = references(plan).allMatch(ref -> secrets.find(provider, ref).isPresent());
    return there
        ? find(provider, plan, "", unheard)
            .or(() -> Optional.ofNullable(before.credentials().get(account.name())))
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

  private Optional<Credential> keyPair(
      ObjectName provider, String name, String at, Complaints complaints) {
    var field = at + ".accessKey";
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

  private static boolean isKeyFile(String json, String at, Complaints complaints) {
    try {
      if (KEY_FILES.contains(JsonMapper.shared().readTree(json).path("type").asString(""))) {
        return true;
      }
    } catch (JacksonException _) {
      // The complaint below says what is expected.
    }
    var expected = "the JSON file of a key, of type service_account or authorized_user";
    complaints.add(at + ".secretRef", new Fault.Unresolved("(hidden)", expected));
    return false;
  }

  static Upstream upstream(ObjectName name, ProviderPlan plan) {
    return new Upstream(
        name,
        plan.endpoint(),
        plan.service(),
        plan.accounts().stream()
            .map(account -> new Upstream.Account(name + "/" + account.name(), account.weight()))
            .toList(),
        plan.models(),
        plan.ceilingPrice(),
        plan.budgets(),
        plan.rateLimits(),
        plan.timeouts(),
        plan.outlier());
  }
}
