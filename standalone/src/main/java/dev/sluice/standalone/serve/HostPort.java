package dev.sluice.standalone.serve;

import java.net.URI;
import java.util.regex.Pattern;

/// Where to listen; port 0 stands for any free one.
public record HostPort(String host, int port) {

  private static final Pattern TEXT =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+):(\\d{1,5})");

  public static HostPort parse(String option, String text) throws UsageException {
    var match = TEXT.matcher(text);
    if (match.matches() && Integer.parseInt(match.group(2)) <= 65535) {
      var host = match.group(1).replace("[", "").replace("]", "");
      return new HostPort(host, Integer.parseInt(match.group(2)));
    }
    throw new UsageException(
        option + " " + text + " (expected: HOST:PORT, for example 127.0.0.1:0)");
  }

  public HostPort withPort(int real) {
    return new HostPort(host, real);
  }

  /// Where this process itself finds it: one that listens everywhere listens here too.
  public URI ofOwn(String scheme) {
    var own =
        switch (host) {
          case "0.0.0.0" -> new HostPort("127.0.0.1", port);
          case "::" -> new HostPort("::1", port);
          default -> this;
        };
    return URI.create(own.url(scheme));
  }

  public String url() {
    return url("http");
  }

  public String url(String scheme) {
    return scheme + "://" + this;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
