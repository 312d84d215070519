package dev.sluice.testkit.openai;

import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Simulator;

/// The OpenAI API, or what stands in for it.
public record OpenAiSimulator(Books books, HttpServer server) implements Simulator {

  public static OpenAiSimulator start(OpenAiConfig config) {
    var books = Books.of(config.retention());
    var server = HttpServer.start(config.port(), config.limits(), new Api(config, books));
    return new OpenAiSimulator(books, server);
  }
}
