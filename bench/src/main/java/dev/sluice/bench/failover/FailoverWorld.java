package dev.sluice.bench.failover;

import dev.sluice.bench.Gateway;
import dev.sluice.bench.process.Started;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/// A gateway, a provider that fails, and two that answer: one in the client's language, one in
/// another.
record FailoverWorld(
    Started gateway, InetSocketAddress address, Provider first, Provider same, Provider foreign)
    implements AutoCloseable {

  /// After so long without a byte a plan goes on.
  static final Duration SILENCE_MAX = Duration.ofMillis(300);

  private static final String MESSAGES =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",\
      "model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,\
      "usage":{"input_tokens":15000,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Yes."}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
      "usage":{"output_tokens":5}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final String CHAT =
      """
      data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1",\
      "choices":[{"index":0,"delta":{"role":"assistant","content":"Yes."},"finish_reason":null}]}

      data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1",\
      "choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1","choices":[],\
      "usage":{"prompt_tokens":15000,"completion_tokens":5,"total_tokens":15005}}

      data: [DONE]

      """;

  private static final String PROVIDER =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: %s }
      spec:
        type: %s
        endpoint: http://127.0.0.1:%d%s
        timeouts: { firstByte: %dms }
        outlier: { consecutiveErrors: 1000 }
        credentials: [ { name: main, secretRef: { name: account, key: apiKey } } ]
        models:
          - name: %s
            maxOutputTokens: 64000
            price:
              inputUsdPerMTok: "5"
              outputUsdPerMTok: "25"
              cacheReadUsdPerMTok: "0.50"
              cacheWrite5mUsdPerMTok: "6.25"
              cacheWrite1hUsdPerMTok: "10"
      """;

  private static final String KEY =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: %1$s }
      stringData: { token: %2$s }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: %1$s }
      spec:
        keySecretRef: { name: %1$s, key: token }
        providers: [ { name: first }, { name: down }, { name: same }, { name: foreign } ]
        budgets: [ { limitUsd: "500000", window: Day } ]
        aliases: [ { name: claude-opus-5-5, to: %3$s } ]
        fallbacks: [ %4$s ]
      """;

  /// The token of the key whose plan is so.
  static String token(String first, String next) {
    return "bench-%s-%s-0123456789abcdef0123456789abcdef".formatted(first, next);
  }

  static FailoverWorld start(Path program, Path folder) {
    var first = Provider.open(MESSAGES);
    var same = Provider.open(MESSAGES);
    var foreign = Provider.open(CHAT);
    var secret =
        "apiVersion: v1\nkind: Secret\nmetadata: { name: account }\nstringData: { apiKey: k }\n";
    var manifests = new StringBuilder(secret);
    manifests.append(provider("first", "Anthropic", first.port(), "", "claude-opus-5-5"));
    manifests.append(provider("down", "Anthropic", 1, "", "claude-opus-5-5"));
    manifests.append(provider("same", "Anthropic", same.port(), "", "claude-opus-5-5"));
    manifests.append(provider("foreign", "OpenAICompatible", foreign.port(), "/v1", "gpt-4.1"));
    for (var next : new String[] {"same", "foreign"}) {
      manifests.append(key(next, next));
      manifests.append(key("first", next));
      manifests.append(key("down", next));
    }
    var gateway = Gateway.start(program, manifests.toString(), folder);
    return new FailoverWorld(gateway, Gateway.address(gateway), first, same, foreign);
  }

  private static String provider(String name, String type, int port, String path, String model) {
    return PROVIDER.formatted(name, type, port, path, SILENCE_MAX.toMillis(), model);
  }

  private static String key(String first, String next) {
    return KEY.formatted(
        first + "-" + next,
        token(first, next),
        model(first),
        first.equals(next) ? "" : model(next));
  }

  private static String model(String provider) {
    return provider + (provider.equals("foreign") ? "/gpt-4.1" : "/claude-opus-5-5");
  }

  @Override
  public void close() {
    gateway.close();
    first.close();
    same.close();
    foreign.close();
  }
}
