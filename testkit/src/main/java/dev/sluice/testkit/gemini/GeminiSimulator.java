package dev.sluice.testkit.gemini;

import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Simulator;

/// The Gemini API on loopback.
public record GeminiSimulator(Books books, HttpServer server) implements Simulator {

  public static GeminiSimulator start(GeminiConfig config) {
    return start(0, config);
  }

  /// @param port 0 picks a free one
  public static GeminiSimulator start(int port, GeminiConfig config) {
    var books = Books.of(config.retention());
    var api = new GeminiApi(config, books);
    return new GeminiSimulator(books, HttpServer.start(port, config.limits(), api.front()));
  }
}
