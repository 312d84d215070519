package dev.sluice.testkit.gemini;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.cloud.CloudClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Calls a simulated Gemini API.
record GeminiClient(GeminiSimulator simulator) {

  static final String FLASH = "/v1beta/models/gemini-2.5-flash:";
  static final String PRO = "/v1beta/models/gemini-3-pro-preview:";

  static PriceTable prices() {
    var price = ModelPrice.of(Rates.of("2", "12", "0.2", "0", "0")).withLimits(65_536, 1_048_576);
    return PriceTable.of(Map.of("gemini-2.5-flash", price, "gemini-3-pro-preview", price));
  }

  static ObjectNode body() {
    return CloudClient.json("{'contents':[{'role':'user','parts':[{'text':'say hi'}]}]}");
  }

  HttpResponse<byte[]> post(String target, ObjectNode body, String... headers) {
    var all =
        Stream.concat(
                Stream.of("content-type", "application/json"),
                headers.length > 0
                    ? Stream.of(headers)
                    : Stream.of("x-goog-api-key", GeminiConfig.API_KEY))
            .toArray(String[]::new);
    var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return CloudClient.post(simulator, target, bytes, all);
  }

  static List<JsonNode> chunks(HttpResponse<byte[]> response) {
    return CloudClient.text(response)
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> JsonMapper.shared().readTree(line.substring("data: ".length())))
        .toList();
  }
}
