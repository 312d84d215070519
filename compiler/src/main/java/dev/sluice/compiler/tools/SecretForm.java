package dev.sluice.compiler.tools;

import java.util.regex.Pattern;

/// What a value of a secret must be like where it is sent.
public enum SecretForm {
  HEADER("[!-~]([ -~]{0,4094}[!-~])?", "a value of 1 to 4096 ASCII characters on one line"),
  CLIENT_SECRET("[!-~]{1,4096}", "a value of 1 to 4096 visible ASCII characters"),
  VARIABLE("[^\\x00]{0,16384}", "a value of at most 16384 characters");

  private final Pattern pattern;
  private final String expected;

  SecretForm(String pattern, String expected) {
    this.pattern = Pattern.compile(pattern);
    this.expected = expected;
  }

  public boolean fits(String value) {
    return pattern.matcher(value).matches();
  }

  public String expected() {
    return expected;
  }
}
