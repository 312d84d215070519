package dev.sluice.compiler.service;

import dev.sluice.compiler.catalogue.KnownServices.KnownService;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.core.provider.Service;
import dev.sluice.crds.schema.Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks where a provider is, and brings it to one form.
public final class EndpointRules {

  private static final Pattern MESSAGES = Pattern.compile("(.*/)?v1(/messages)?");
  private static final Pattern OTHERS =
      Pattern.compile(".*(/chat/completions|/responses|/models|/v1beta)");

  private static final Pattern AZURE = Pattern.compile(".*?(/openai(/v1|/deployments)?)(/.*)?");
  private static final Pattern BEDROCK = Pattern.compile(".*?(/model)(/.*)?");
  private static final Pattern VERTEX = Pattern.compile(".*?(/v1|/v1beta1)(/.*)?");

  /// Of a Provider that is complained of.
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  private static final int PORT_MAX = 65_535;

  private EndpointRules() {}

  public static URI check(@Nullable String endpoint, KnownService known, Complaints complaints) {
    var absent = known.endpoint() == null ? NOWHERE : known.endpoint();
    if (endpoint == null) {
      return absent;
    }
    try {
      var uri = new URI(endpoint);
      if (valid(uri)) {
        var found = normalised(uri);
        checkPath(found, endpoint, known, complaints);
        return URI.create(found + known.base());
      }
    } catch (URISyntaxException _) {
      // The complaint below says what is expected.
    }
    // A password may stand before the host: show nothing of it.
    complaints.unexpected(
        "spec.endpoint", endpoint.contains("@") ? "(hidden)" : endpoint, Text.ENDPOINT.expected());
    return absent;
  }

  private static void checkPath(
      URI found, String endpoint, KnownService known, Complaints complaints) {
    var brought = brought(known).matcher(found.getRawPath());
    if (brought.matches()) {
      var part = known.service().speaksMessages() ? "/v1" : brought.group(1);
      var expected = "the address without " + part + ", which requests bring along";
      complaints.unexpected("spec.endpoint", endpoint, expected);
    }
  }

  /// What requests add to an endpoint by themselves.
  private static Pattern brought(KnownService known) {
    return switch (known.service().language()) {
      case MESSAGES -> MESSAGES;
      case CHAT, RESPONSES, GEMINI -> isAzure(known) ? AZURE : OTHERS;
      case BEDROCK -> BEDROCK;
      case VERTEX -> VERTEX;
    };
  }

  private static boolean isAzure(KnownService known) {
    return !known.base().isEmpty() || known.service().door() instanceof Service.Door.Deployments;
  }

  private static boolean valid(URI uri) {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return Set.of("http", "https").contains(scheme)
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null
        && uri.getPort() != 0
        && uri.getPort() <= PORT_MAX
        && !uri.normalize().getRawPath().contains("..");
  }

  private static URI normalised(URI uri) throws URISyntaxException {
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    var path = uri.normalize().getRawPath().replaceAll("/+$", "");
    return new URI(
        uri.getScheme().toLowerCase(Locale.ROOT)
            + "://"
            + uri.getHost().toLowerCase(Locale.ROOT)
            + port
            + path);
  }
}
