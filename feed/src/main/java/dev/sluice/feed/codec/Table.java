package dev.sluice.feed.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Values that are written once each, and named by their place.
final class Table<T, M> {

  private final Map<T, Integer> places = new HashMap<>();
  private final List<M> messages = new ArrayList<>();
  private final Function<T, M> writer;

  Table(Function<T, M> writer) {
    this.writer = writer;
  }

  List<Integer> places(List<T> values) {
    return values.stream().map(this::place).toList();
  }

  private int place(T value) {
    var known = places.get(value);
    if (known != null) {
      return known;
    }
    // Before its place: what it names itself is in another table.
    messages.add(writer.apply(value));
    places.put(value, places.size());
    return places.size() - 1;
  }

  List<M> messages() {
    return messages;
  }
}
