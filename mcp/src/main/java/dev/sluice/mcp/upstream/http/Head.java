package dev.sluice.mcp.upstream.http;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The status and the headers of an answer.
record Head(int status, List<Header> headers, boolean oldVersion) {

  private static final int HEAD_BYTES_MAX = 64 * 1024;
  private static final int HEADERS_MAX = 200;
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9]{2})(?: .*)?");

  Head {
    headers = List.copyOf(headers);
  }

  /// Reads the head of the answer; those of status 1xx before it are passed over.
  static Head read(Wire wire, Patience patience) throws IOException {
    var budget = new int[] {HEAD_BYTES_MAX};
    while (true) {
      var head = one(wire, patience, budget);
      if (head.status() >= 200) {
        return head;
      }
    }
  }

  private static Head one(Wire wire, Patience patience, int[] budget) throws IOException {
    var status = STATUS.matcher(line(wire, patience, budget));
    if (!status.matches()) {
      throw malformed("an answer that is no HTTP/1.1");
    }
    var headers = new ArrayList<Header>();
    for (var line = line(wire, patience, budget);
        !line.isEmpty();
        line = line(wire, patience, budget)) {
      var colon = line.indexOf(':');
      if (colon < 1 || line.charAt(0) == ' ' || headers.size() == HEADERS_MAX) {
        throw malformed("a header that is not valid, or too many");
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Head(Integer.parseInt(status.group(2)), headers, status.group(1).equals("0"));
  }

  private static String line(Wire wire, Patience patience, int[] budget) throws IOException {
    var line = new StringBuilder();
    while (true) {
      var next = wire.read(patience, Patience.Phase.FIRST_BYTE);
      if (next < 0) {
        throw CallException.of(
            Reason.CUT, Effect.MAY_HAVE_RUN, "the connection ended before the answer");
      }
      if (--budget[0] < 0) {
        throw malformed("headBytes: over %d (expected: at most that)".formatted(HEAD_BYTES_MAX));
      }
      if (next == '\n') {
        var end = line.length() - 1;
        return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
      }
      line.append((char) next);
    }
  }

  Optional<String> header(String name) {
    return headers.stream().filter(h -> h.named(name)).map(Header::value).findFirst();
  }

  boolean chunked() throws CallException {
    var codings = headers.stream().filter(h -> h.named("transfer-encoding")).toList();
    if (codings.isEmpty()) {
      return false;
    }
    // Both lengths at once is how answers are smuggled.
    if (codings.size() > 1
        || !codings.getFirst().value().equalsIgnoreCase("chunked")
        || header("content-length").isPresent()) {
      throw malformed("a body whose end is not clear");
    }
    return true;
  }

  OptionalLong length() throws CallException {
    var lengths =
        headers.stream().filter(h -> h.named("content-length")).map(Header::value).distinct();
    var all = lengths.toList();
    if (all.isEmpty()) {
      return OptionalLong.empty();
    }
    if (all.size() > 1 || !LENGTH.matcher(all.getFirst()).matches()) {
      throw malformed("a body whose end is not clear");
    }
    return OptionalLong.of(Long.parseLong(all.getFirst()));
  }

  boolean keepsOpen() {
    return !oldVersion
        && header("connection").filter(value -> value.equalsIgnoreCase("close")).isEmpty();
  }

  private static CallException malformed(String detail) {
    return CallException.of(Reason.MALFORMED, Effect.MAY_HAVE_RUN, detail);
  }
}
