package dev.sluice.mcp.serve.http;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.http.Watchdog;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request as it comes in, read within limits.
public final class Incoming {

  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";

  private final ServerRequest request;
  private final List<String> accepted;
  private @Nullable InputStream content;

  public Incoming(ServerRequest request) {
    this.request = request;
    this.accepted =
        list("Accept").stream()
            .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .toList();
  }

  public String method() {
    return request.prologue().method().text();
  }

  public String path() {
    return request.path().path();
  }

  public Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name)).map(String::strip);
  }

  /// All values of a header that has a list.
  public List<String> list(String name) {
    return request.headers().all(HeaderNames.create(name), List::of).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /// All headers whose names begin so, in small letters; one that is there twice has both values.
  public Map<String, String> beginning(String prefix) {
    var small = prefix.toLowerCase(Locale.ROOT);
    var found = new HashMap<String, String>();
    for (var header : request.headers()) {
      var name = header.headerName().lowerCase();
      if (name.startsWith(small)) {
        found.put(name, String.join(", ", header.allValues()).strip());
      }
    }
    return found;
  }

  /// A page in a browser asks only where its origin may: any page can find out our address.
  public void checkOrigin(Set<String> allowed) throws RefusedException {
    var origin = header("Origin");
    if (origin.isPresent() && !allowed.contains(origin.get()) && !local(origin.get())) {
      throw RefusedException.of(
          403,
          RpcError.INVALID_REQUEST,
          "Origin: %s (expected: one that is allowed)".formatted(shown(origin.get())));
    }
  }

  private static boolean local(String origin) {
    try {
      var host = Optional.ofNullable(URI.create(origin).getHost()).orElse("");
      return LOCAL.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  public boolean takesJson() {
    return takes(JSON, "application/*");
  }

  public boolean takesEvents() {
    return takes(EVENTS, "text/*");
  }

  private boolean takes(String type, String range) {
    return accepted.isEmpty()
        || accepted.contains(type)
        || accepted.contains(range)
        || accepted.contains("*/*");
  }

  public RefusedException notAcceptable(String expected) {
    return RefusedException.of(
        406,
        RpcError.INVALID_REQUEST,
        "Accept: %s (expected: %s)".formatted(shown(String.join(", ", list("Accept"))), expected));
  }

  /// How long the body of a post, which is JSON, can be.
  public long checkedLength(int bytesMax) throws RefusedException {
    var type = header("Content-Type").orElse("none");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
      throw RefusedException.of(
          415,
          RpcError.INVALID_REQUEST,
          "Content-Type: %s (expected: %s)".formatted(shown(type), JSON));
    }
    long length = request.headers().contentLength().orElse(bytesMax);
    if (length > bytesMax) {
      throw tooLarge(Long.toString(length), bytesMax);
    }
    return length;
  }

  /// The body, whose length was checked.
  public byte[] body(int bytesMax, Duration max) throws RefusedException, IOException {
    var reader = Thread.currentThread();
    var alarm = Watchdog.at(max, reader::interrupt);
    try {
      var length = Math.min(bytesMax, request.headers().contentLength().orElse(bytesMax));
      var body = content().readNBytes((int) length + 1);
      if (body.length > bytesMax) {
        throw tooLarge("more than " + bytesMax, bytesMax);
      }
      return body;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      alarm.cancel(false);
    }
  }

  /// Helidon gives it once.
  private InputStream content() {
    var known = content;
    if (known == null) {
      known = request.content().inputStream();
      content = known;
    }
    return known;
  }

  /// Begins to throw away what of the body was not read.
  public Rest rest() {
    return request.content().hasEntity()
        ? Rest.of(content(), request.headers().contentLength())
        : Rest.none();
  }

  private static RefusedException tooLarge(String found, int bytesMax) {
    return RefusedException.of(
        413,
        RpcError.INVALID_REQUEST,
        "body: %s bytes (expected: at most %d)".formatted(found, bytesMax));
  }

  /// Of what a client sent, as much as helps a person.
  public static String shown(String text) {
    var plain = text.chars().map(c -> c < 0x20 || c == 0x7f ? '?' : c);
    var shown =
        plain
            .limit(100)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
    return shown.isEmpty() ? "none" : shown.toString();
  }
}
