package dev.sluice.mcp.upstream.oauth;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/// What a client is known by at its authorization server.
///
/// @param authority where tokens are given out
/// @param secret asked for each time, so that it can change
/// @param way how it is told, unless metadata take only the other way
/// @param scope what the token shall allow
/// @param resource the server that the token is for (RFC 8707)
public record OauthClient(
    Authority authority,
    String id,
    Supplier<String> secret,
    Secret way,
    Optional<String> scope,
    URI resource) {

  /// Where tokens are given out. A server of tools is never asked for that: one that lies would be
  /// sent the secret.
  public sealed interface Authority {}

  /// At this endpoint.
  public record TokenEndpoint(URI url) implements Authority {}

  /// Where the metadata of this issuer says (RFC 8414).
  public record Issuer(URI url) implements Authority {}

  /// How the secret is told.
  public enum Secret {
    /// In a header.
    HEADER("client_secret_basic"),
    /// In the form.
    FORM("client_secret_post");

    private final String word;

    Secret(String word) {
      this.word = word;
    }

    /// The word of metadata for it.
    public String word() {
      return word;
    }
  }
}
