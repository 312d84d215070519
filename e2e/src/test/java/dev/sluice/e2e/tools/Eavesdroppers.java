package dev.sluice.e2e.tools;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Clients that listen all the time on their own streams, where nothing should come that others
/// were told or asked in a call.
///
/// @param heard the methods of what came
record Eavesdroppers(List<ToolStream> streams, List<String> heard) implements AutoCloseable {

  static Eavesdroppers of(ToolClient... clients) {
    var heard = new CopyOnWriteArrayList<String>();
    var streams = new ArrayList<ToolStream>();
    Stream.of(clients).map(ToolClient::open).forEach(streams::add);
    for (var stream : streams) {
      Thread.ofVirtual().start(() -> listen(stream, heard));
    }
    return new Eavesdroppers(streams, heard);
  }

  private static void listen(ToolStream stream, List<String> heard) {
    try {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        var method = next.get().method();
        if (!method.endsWith("/list_changed")) {
          heard.add(method);
        }
      }
    } catch (AssertionError | UncheckedIOException _) {
      // It was closed.
    }
  }

  @Override
  public void close() {
    streams.forEach(ToolStream::close);
  }
}
