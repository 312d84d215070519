package dev.sluice.xds.token;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import dev.sluice.core.provider.Credential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Google's access tokens, for all kinds of keys that its own library knows.
///
/// @param key who asks, looked for anew each time
record GoogleTokens(Key key) implements TokenSource {

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final HttpTransport TRANSPORT = new NetHttpTransport();
  private static final HttpTransportFactory TRANSPORTS = () -> TRANSPORT;

  /// Where Google's programs look for the file of a key, or of a federation.
  private static final String KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS";

  private static final String GCLOUD_FILE = "application_default_credentials.json";

  /// What can be changed for tokens.
  interface Key {
    GoogleCredentials credentials() throws IOException;
  }

  static GoogleTokens of(Credential.GoogleKey key) {
    return new GoogleTokens(() -> read(key.json()));
  }

  static GoogleTokens ofPlatform(Map<String, String> environment) {
    return new GoogleTokens(() -> identity(environment));
  }

  /// Google's application default credentials, but for the library's own search: it remembers for
  /// good what it found first, and also that no metadata server answered.
  private static GoogleCredentials identity(Map<String, String> environment) throws IOException {
    var named = environment.getOrDefault(KEY_FILE, "");
    if (!named.isEmpty()) {
      return read(Files.readString(Path.of(named)));
    }
    var gcloud = gcloud(environment).resolve(GCLOUD_FILE);
    return Files.isRegularFile(gcloud)
        ? read(Files.readString(gcloud))
        : ComputeEngineCredentials.newBuilder().setHttpTransportFactory(TRANSPORTS).build();
  }

  private static Path gcloud(Map<String, String> environment) {
    var named = environment.getOrDefault("CLOUDSDK_CONFIG", "");
    return named.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".config", "gcloud")
        : Path.of(named);
  }

  private static GoogleCredentials read(String json) throws IOException {
    return GoogleCredentials.fromStream(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), TRANSPORTS);
  }

  @Override
  public AccessToken fetch() throws IOException {
    var token = key.credentials().createScoped(SCOPE).refreshAccessToken();
    return AccessToken.of(token.getTokenValue(), token.getExpirationTime().toInstant());
  }

  @Override
  public String toString() {
    return "GoogleTokens[]";
  }
}
