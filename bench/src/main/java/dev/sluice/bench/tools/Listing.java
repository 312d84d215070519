package dev.sluice.bench.tools;

import dev.sluice.bench.tools.ToolClient.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `tools/list` of a key, page by page, as a client has it over the wire.
///
/// @param text the definitions, as JSON
/// @param wireBytes of all pages
record Listing(String text, int tools, long wireBytes, int pages, boolean whole, long nanos) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int TIMES = 20;

  /// Lists once.
  static Listing of(Place place) {
    try (var client = ToolClient.open(place)) {
      return read(client);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How long it takes, again and again on one connection.
  static Times times(Place place) throws IOException {
    try (var client = ToolClient.open(place)) {
      var nanos = LongStream.builder();
      for (int i = 0; i < TIMES; i++) {
        nanos.add(read(client).nanos());
      }
      return Times.of(nanos.build());
    }
  }

  private static Listing read(ToolClient client) throws IOException {
    var list = JsonNodeFactory.instance.arrayNode();
    var bytes = new ArrayList<Long>();
    boolean whole = true;
    long nanos = 0;
    String cursor = "";
    do {
      var page = client.list(cursor);
      var json = JSON.readTree(page.body());
      var result = json.path("result");
      result.path("tools").forEach(list::add);
      whole = whole && !result.path("_meta").has("dev.sluice/unavailable");
      bytes.add((long) page.body().length());
      nanos += page.nanos();
      cursor = result.path("nextCursor").stringValue("");
    } while (!cursor.isEmpty());
    long wireBytes = bytes.stream().mapToLong(Long::longValue).sum();
    return new Listing(list.toString(), list.size(), wireBytes, bytes.size(), whole, nanos);
  }

  /// Whether all servers and so many tools are there, as a question that is asked until it has an
  /// answer.
  Optional<Boolean> complete(int least) {
    return whole && tools >= least ? Optional.of(true) : Optional.empty();
  }

  Cost cost(String what) {
    return Cost.of(what, "{\"tools\":" + text + "}");
  }
}
