package dev.sluice.xds.token;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Google's access tokens, for all kinds of keys that its own library knows.
///
/// @param json the file of a key; empty for the identity of the place where we run
record GoogleTokens(String json) implements TokenSource {

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final HttpTransport TRANSPORT = new NetHttpTransport();
  private static final HttpTransportFactory TRANSPORTS = () -> TRANSPORT;

  @Override
  public AccessToken fetch() throws IOException {
    var credentials = credentials().createScoped(SCOPE);
    var token = credentials.refreshAccessToken();
    return new AccessToken(token.getTokenValue(), token.getExpirationTime().toInstant());
  }

  private GoogleCredentials credentials() throws IOException {
    return json.isEmpty()
        ? GoogleCredentials.getApplicationDefault(TRANSPORTS)
        : GoogleCredentials.fromStream(
            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), TRANSPORTS);
  }

  @Override
  public String toString() {
    return "GoogleTokens[]";
  }
}
