package dev.sluice.e2e.rivals;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A question of a few words that asks for at most a thousand tokens: two cents of opus.
final class SmallRequest {

  static final String OPUS = "claude-opus-5-5";
  static final int TOKENS_MAX = 1_000;

  private SmallRequest() {}

  static RecordedTraffic.Request to(String model) {
    return to(model, "/v1/messages");
  }

  static RecordedTraffic.Request to(String model, String target) {
    var body =
        """
        {"model":"%s","max_tokens":%d,"messages":[{"role":"user","content":"Why?"}]}"""
            .formatted(model, TOKENS_MAX)
            .getBytes(StandardCharsets.UTF_8);
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"));
    return new RecordedTraffic.Request("small", new HttpRequest("POST", target, headers, body));
  }
}
