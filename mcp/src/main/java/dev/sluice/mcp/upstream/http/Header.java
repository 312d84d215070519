package dev.sluice.mcp.upstream.http;

import java.util.regex.Pattern;

/// One line of a head.
public record Header(String name, String value) {

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  public boolean named(String other) {
    return name.equalsIgnoreCase(other);
  }

  /// Whether it can be written without becoming another header or another request.
  boolean writable() {
    return TOKEN.matcher(name).matches()
        && value
            .chars()
            .allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f) || (c > 0x9f && c <= 0xff));
  }
}
