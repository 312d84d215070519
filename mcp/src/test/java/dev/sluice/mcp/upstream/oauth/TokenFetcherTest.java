package dev.sluice.mcp.upstream.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mcp.upstream.call.CallException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenFetcherTest {

  private static final URI ISSUER = URI.create("https://login.example.com/realm");

  @ParameterizedTest
  @ValueSource(strings = {"http://login.example.com/token", "ftp://x/", "/token", "", "a b"})
  void a_secret_goes_nowhere_without_tls_that_metadata_names(String named) {
    assertThatThrownBy(() -> TokenFetcher.endpoint(ISSUER, named))
        .isInstanceOf(CallException.class);
  }

  @Test
  void an_issuer_without_tls_may_have_such_an_endpoint() throws CallException {
    var plain = URI.create("http://127.0.0.1:8080/realm");
    assertThat(TokenFetcher.endpoint(plain, "http://127.0.0.1:8080/token"))
        .isEqualTo(URI.create("http://127.0.0.1:8080/token"));
    assertThat(TokenFetcher.endpoint(ISSUER, "https://other.example.com/token"))
        .isEqualTo(URI.create("https://other.example.com/token"));
  }
}
