package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.provider.Books;
import dev.sluice.testkit.provider.Simulator;

/// The Anthropic API.
public record AnthropicSimulator(Books books, HttpServer server) implements Simulator {

  public static AnthropicSimulator start(SimulatorConfig config) {
    var books = Books.of(config.retention());
    var server = HttpServer.start(config.port(), config.limits(), new Api(config, books));
    return new AnthropicSimulator(books, server);
  }

  public static AnthropicSimulator start(PriceTable prices) {
    return start(SimulatorConfig.of(prices));
  }
}
