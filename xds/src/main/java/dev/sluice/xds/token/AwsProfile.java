package dev.sluice.xds.token;

import dev.sluice.xds.token.AwsTokens.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A key pair in the credentials file of AWS's command line.
record AwsProfile(String id, String secret, String sessionToken) {

  static Path file(Environment said) {
    return said.has("AWS_SHARED_CREDENTIALS_FILE")
        ? Path.of(said.value("AWS_SHARED_CREDENTIALS_FILE"))
        : Path.of(System.getProperty("user.home"), ".aws", "credentials");
  }

  /// What the file does not say is empty.
  static AwsProfile read(Path file, Environment said) throws IOException {
    var wanted = said.has("AWS_PROFILE") ? said.value("AWS_PROFILE") : "default";
    var found = new AwsProfile("", "", "");
    var section = "";
    for (var line : Files.readAllLines(file)) {
      var text = line.strip();
      if (text.startsWith("[") && text.endsWith("]")) {
        section = text.substring(1, text.length() - 1).strip();
      } else if (section.equals(wanted)) {
        found = found.with(text);
      }
    }
    return found;
  }

  private AwsProfile with(String line) {
    var parts = line.split("=", 2);
    var value = parts.length == 2 ? parts[1].strip() : "";
    return switch (parts[0].strip()) {
      case "aws_access_key_id" -> new AwsProfile(value, secret, sessionToken);
      case "aws_secret_access_key" -> new AwsProfile(id, value, sessionToken);
      case "aws_session_token" -> new AwsProfile(id, secret, value);
      default -> this;
    };
  }

  boolean isComplete() {
    return !id.isEmpty() && !secret.isEmpty();
  }

  @Override
  public String toString() {
    return "AwsProfile[" + id + "]";
  }
}
