package dev.sluice.core.mcp;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a server of tools is reached.
public sealed interface Reach {

  /// Over HTTP.
  ///
  /// @param old the transport of 2024-11-05: a stream of events, and a place for posts
  /// @param headers sent with each request
  /// @param caPem certificates that are trusted in place of the system's; null: the system's
  record Http(boolean old, URI url, List<Header> headers, Auth auth, @Nullable String caPem)
      implements Reach {
    public Http {
      headers = List.copyOf(headers);
    }
  }

  /// A program, as a child of the gateway or of the process that runs such programs for it.
  ///
  /// @param command the program and its arguments; no shell reads them
  /// @param environment by the names of variables
  record Stdio(List<String> command, Map<String, Text> environment) implements Reach {
    public Stdio {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

  record Header(String name, Text value) {}

  /// A text that is known, or that [ToolSecrets] knows.
  sealed interface Text {
    record Plain(String text) implements Text {}

    /// @param secret its name among the [ToolSecrets]
    record Secret(String secret) implements Text {}
  }

  /// How the gateway shows who it is, beside headers.
  sealed interface Auth {
    record None() implements Auth {}

    /// OAuth 2.1's client credentials.
    ///
    /// @param tokenUrl null: found out from the server's metadata
    /// @param clientSecret its name among the [ToolSecrets]
    /// @param resource the audience (RFC 8707); null: the server's URL
    record ClientCredentials(
        @Nullable URI tokenUrl,
        String clientId,
        String clientSecret,
        List<String> scopes,
        @Nullable String resource)
        implements Auth {
      public ClientCredentials {
        scopes = List.copyOf(scopes);
      }
    }
  }
}
