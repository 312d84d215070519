package dev.sluice.compiler.rules;

import dev.sluice.crds.schema.Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks where a provider is, and brings it to one form.
final class EndpointRules {

  private static final Pattern API = Pattern.compile("(.*/)?v1(/messages)?");
  private static final int PORT_MAX = 65_535;

  private EndpointRules() {}

  static URI check(@Nullable String endpoint, URI absent, Complaints complaints) {
    if (endpoint == null) {
      return absent;
    }
    try {
      var uri = new URI(endpoint);
      if (valid(uri)) {
        var found = normalised(uri);
        if (API.matcher(found.getRawPath()).matches()) {
          var expected = "the address without /v1, which requests bring along";
          complaints.unexpected("spec.endpoint", endpoint, expected);
        }
        return found;
      }
    } catch (URISyntaxException _) {
      // The complaint below says what is expected.
    }
    // A password may stand before the host: show nothing of it.
    complaints.unexpected(
        "spec.endpoint", endpoint.contains("@") ? "(hidden)" : endpoint, Text.ENDPOINT.expected());
    return absent;
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
