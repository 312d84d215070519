package dev.sluice.compiler.tools;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.Values;
import dev.sluice.compiler.tools.ServerPlan.SecretPlan;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.McpServer.AuthType;
import dev.sluice.crds.McpServer.Transport;
import dev.sluice.crds.SecretKeyRef;
import dev.sluice.crds.schema.Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks how a server is reached: its URL, or its command.
final class ReachRules {

  private static final Pattern OWN_HEADERS = Pattern.compile(McpServer.Header.OWN_NAMES);
  private static final int PORT_MAX = 65_535;

  /// Of a server that is complained of.
  private static final URI NOWHERE = URI.create("https://nowhere.invalid");

  private final ObjectName name;
  private final McpServer.Spec spec;
  private final Complaints complaints;
  private final List<SecretPlan> secrets = new ArrayList<>();

  private ReachRules(ObjectName name, McpServer.Spec spec, Complaints complaints) {
    this.name = name;
    this.spec = spec;
    this.complaints = complaints;
  }

  /// @param secrets what it is to have
  record Found(Reach reach, List<SecretPlan> secrets) {}

  /// One that is valid where nothing was complained of.
  static Found check(ObjectName name, McpServer.Spec spec, Complaints complaints) {
    var rules = new ReachRules(name, spec, complaints);
    var reach = spec.transport() == Transport.Stdio ? rules.program() : rules.http();
    return new Found(reach, rules.secrets);
  }

  private Reach program() {
    var expected = "not with transport: Stdio, which has env";
    if (spec.url() != null) {
      var none = "none with transport: Stdio, which has a command";
      complaints.unexpected("spec.url", shown(spec.url()), none);
    }
    if (!spec.headers().isEmpty()) {
      complaints.unexpected("spec.headers", spec.headers().size() + " of them", expected);
    }
    if (type() != AuthType.None) {
      complaints.unexpected("spec.auth", type().name(), expected);
    }
    if (spec.tls() != null) {
      complaints.unexpected("spec.tls", "an object", "only with an https url");
    }
    if (spec.command().isEmpty()) {
      var command = "a program and its arguments, because of transport: Stdio";
      complaints.add("spec.command", new Fault.Missing(command));
    }
    for (int i = 0; i < spec.command().size(); i++) {
      Values.check(Text.ARGUMENT, spec.command().get(i), "spec.command[" + i + "]", complaints);
    }
    return new Reach.Stdio(spec.command(), environment());
  }

  private TreeMap<String, Reach.Text> environment() {
    var environment = new TreeMap<String, Reach.Text>();
    for (int i = 0; i < spec.env().size(); i++) {
      var variable = spec.env().get(i);
      var at = "spec.env[" + i + "]";
      Values.check(Text.VARIABLE, variable.name(), at + ".name", complaints);
      Values.check(Text.VARIABLE_VALUE, variable.value(), at + ".value", complaints);
      var secret = new Hidden("env." + variable.name(), SecretForm.VARIABLE);
      var text = text(variable.value(), variable.secretRef(), at, secret);
      if (environment.put(variable.name(), text) != null) {
        complaints.unexpected(at + ".name", variable.name(), "each name once");
      }
    }
    return environment;
  }

  private Reach http() {
    var url = url();
    var tls = spec.tls();
    if (!spec.command().isEmpty()) {
      var none = "none with transport: %s, which has a url".formatted(spec.transport());
      complaints.unexpected("spec.command", spec.command().getFirst(), none);
    }
    if (!spec.env().isEmpty()) {
      complaints.unexpected(
          "spec.env", spec.env().size() + " of them", "only with transport: Stdio");
    }
    if (tls != null && !url.getScheme().equals("https")) {
      complaints.unexpected("spec.tls", "an object", "only with an https url");
    }
    boolean old = spec.transport() == Transport.Sse;
    var headers = headers();
    return new Reach.Http(old, url, headers, auth(), null);
  }

  private URI url() {
    var text = spec.url();
    if (text == null) {
      complaints.add("spec.url", new Fault.Missing("a URL, unless transport: Stdio"));
      return NOWHERE;
    }
    var parsed = uri(text, "spec.url");
    return parsed == null ? NOWHERE : parsed;
  }

  /// Null where it is none, which is told. Where it may lead is looked at when it is reached.
  private @Nullable URI uri(String text, String field) {
    try {
      var uri = new URI(text);
      if (Text.URL.matches(text) && uri.getHost() != null && uri.getPort() <= PORT_MAX) {
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        var host = uri.getHost().toLowerCase(Locale.ROOT);
        return new URI(scheme, null, host, uri.getPort(), uri.getPath(), null, null);
      }
    } catch (URISyntaxException _) {
      // The complaint below says what is expected.
    }
    complaints.unexpected(field, shown(text), Text.URL.expected());
    return null;
  }

  /// A password may stand before the host: nothing of it is shown.
  private static String shown(String url) {
    return url.contains("@") ? "(hidden)" : url;
  }

  private List<Reach.Header> headers() {
    var headers = new ArrayList<Reach.Header>();
    var names = new HashSet<String>();
    for (int i = 0; i < spec.headers().size(); i++) {
      var header = spec.headers().get(i);
      var at = "spec.headers[" + i + "]";
      Values.check(Text.HEADER_VALUE, header.value(), at + ".value", complaints);
      var secret = new Hidden("headers." + lower(header.name()), SecretForm.HEADER);
      var text = text(header.value(), header.secretRef(), at, secret);
      headers.add(new Reach.Header(header(header.name(), at + ".name", names), text));
    }
    var auth = spec.auth();
    if (auth != null && type() == AuthType.Header) {
      var name = auth.header();
      var ref = auth.secretRef();
      if (name != null && ref != null) {
        var secret = new Hidden("auth.secretRef", SecretForm.HEADER);
        var text = text(null, ref, "spec.auth", secret);
        headers.add(new Reach.Header(header(name, "spec.auth.header", names), text));
      }
    }
    return headers;
  }

  private String header(String header, String field, Set<String> names) {
    Values.check(Text.HEADER, header, field, complaints);
    if (OWN_HEADERS.matcher(lower(header)).matches()) {
      complaints.unexpected(field, header, McpServer.Header.OWN_MESSAGE);
    }
    if (!names.add(lower(header))) {
      complaints.unexpected(field, header, "each header once");
    }
    return header;
  }

  private AuthType type() {
    var auth = spec.auth();
    return auth == null || auth.type() == null ? AuthType.None : auth.type();
  }

  private Reach.Auth auth() {
    var auth = spec.auth();
    if (auth == null) {
      return new Reach.Auth.None();
    }
    boolean header = type() == AuthType.Header;
    boolean credentials = type() == AuthType.ClientCredentials;
    together(header, auth.header(), "header", McpServer.Auth.WITH_HEADER);
    together(header, auth.secretRef(), "secretRef", McpServer.Auth.WITH_HEADER);
    together(credentials, auth.clientId(), "clientId", McpServer.Auth.WITH_CREDENTIALS);
    together(
        credentials, auth.clientSecretRef(), "clientSecretRef", McpServer.Auth.WITH_CREDENTIALS);
    boolean more = auth.tokenUrl() != null || auth.resource() != null || !auth.scopes().isEmpty();
    if (more && !credentials) {
      complaints.unexpected("spec.auth", type().name(), McpServer.Auth.ONLY_WITH_CREDENTIALS);
    }
    return credentials ? clientCredentials(auth) : new Reach.Auth.None();
  }

  /// A field that stands where it is wanted, and nowhere else.
  private void together(boolean wanted, @Nullable Object value, String field, String expected) {
    if (wanted && value == null) {
      complaints.add("spec.auth." + field, new Fault.Missing(expected));
    }
    if (!wanted && value != null) {
      complaints.unexpected("spec.auth." + field, "a value", expected);
    }
  }

  private Reach.Auth clientCredentials(McpServer.Auth auth) {
    var id = auth.clientId();
    var ref = auth.clientSecretRef();
    Values.check(Text.CLIENT_ID, id, "spec.auth.clientId", complaints);
    for (int i = 0; i < auth.scopes().size(); i++) {
      Values.check(Text.SCOPE, auth.scopes().get(i), "spec.auth.scopes[" + i + "]", complaints);
    }
    var token = auth.tokenUrl() == null ? null : uri(auth.tokenUrl(), "spec.auth.tokenUrl");
    var resource = auth.resource();
    if (resource != null) {
      uri(resource, "spec.auth.resource");
    }
    if (id == null || ref == null) {
      return new Reach.Auth.None();
    }
    var field = "spec.auth.clientSecretRef";
    var secret = new SecretPlan(key("auth.clientSecretRef"), field, ref, SecretForm.CLIENT_SECRET);
    secrets.add(secret);
    return new Reach.Auth.ClientCredentials(token, id, secret.name(), auth.scopes(), resource);
  }

  /// What a secret is called below the server, and what it must be like.
  private record Hidden(String field, SecretForm form) {}

  private Reach.Text text(
      @Nullable String value, @Nullable SecretKeyRef ref, String at, Hidden hidden) {
    if (value != null && ref != null) {
      complaints.unexpected(at, "both", McpServer.ONE_VALUE_MESSAGE);
    }
    if (value == null && ref == null) {
      complaints.add(at, new Fault.Missing(McpServer.ONE_VALUE_MESSAGE));
    }
    if (ref == null) {
      return new Reach.Text.Plain(value == null ? "" : value);
    }
    var secret = new SecretPlan(key(hidden.field()), at + ".secretRef", ref, hidden.form());
    secrets.add(secret);
    return new Reach.Text.Secret(secret.name());
  }

  private String key(String field) {
    return name + "/" + field;
  }

  private static String lower(String header) {
    return header.toLowerCase(Locale.ROOT);
  }
}
