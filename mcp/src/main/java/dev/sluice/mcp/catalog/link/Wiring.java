package dev.sluice.mcp.catalog.link;

import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.Reach.Text;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.mcp.ToolServer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All that a connection is made of: two that are equal need no other one.
///
/// @param secrets those of the reach, by name
/// @param refusal why no connection is tried; empty where one is
public record Wiring(
    Reach reach,
    ToolServer.Timeouts timeouts,
    Map<String, String> secrets,
    Optional<String> refusal) {

  public Wiring {
    secrets = Map.copyOf(secrets);
  }

  static Wiring of(ToolServer server, ToolSecrets known, Programs programs) {
    var secrets = new TreeMap<String, String>();
    var refusal = allowed(server.reach(), programs);
    for (var name : named(server.reach())) {
      var value = known.values().get(name);
      if (value == null) {
        refusal = Optional.of("the secret %s is not known here".formatted(name));
      } else {
        secrets.put(name, value);
      }
    }
    return new Wiring(server.reach(), server.timeouts(), secrets, refusal);
  }

  public Wiring refused(String sentence) {
    return new Wiring(reach, timeouts, secrets, Optional.of(sentence));
  }

  /// What its lists are of: another URL or command is another server, another secret is not.
  public String source() {
    return switch (reach) {
      case Reach.Http http -> http.url().toString();
      case Reach.Stdio(var command, _) -> "command:" + sha256(command);
    };
  }

  /// A text with its secret; those that are not known were refused before.
  String text(Text text) {
    return switch (text) {
      case Text.Plain(var plain) -> plain;
      case Text.Secret(var name) -> secret(name);
    };
  }

  String secret(String name) {
    return secrets.getOrDefault(name, "");
  }

  private static Optional<String> allowed(Reach reach, Programs programs) {
    return switch (reach) {
      case Reach.Http _ -> Optional.empty();
      case Reach.Stdio(var command, _) -> programs.refusal(command);
    };
  }

  private static List<String> named(Reach reach) {
    var names = new ArrayList<String>();
    switch (reach) {
      case Reach.Http http -> {
        http.headers().forEach(header -> name(header.value(), names));
        if (http.auth() instanceof Reach.Auth.ClientCredentials credentials) {
          names.add(credentials.clientSecret());
        }
      }
      case Reach.Stdio(_, var environment) ->
          environment.values().forEach(value -> name(value, names));
    }
    return names;
  }

  private static void name(Text text, List<String> names) {
    if (text instanceof Text.Secret(var secret)) {
      names.add(secret);
    }
  }

  /// Each word with its length before it, so that no two commands are one text.
  private static String sha256(List<String> command) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      for (var word : command) {
        var bytes = word.getBytes(StandardCharsets.UTF_8);
        sha256.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        sha256.update(bytes);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  /// Without any value.
  @Override
  public String toString() {
    return "Wiring" + secrets.keySet();
  }
}
