package dev.sluice.sdks;

import com.anthropic.client.AnthropicClient;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// How Anthropic's own Java client asks for an answer. Everything that it reads is validated by it.
enum Way {
  WHOLE,
  STREAMED;

  /// Each way for each of these keys.
  static Stream<Arguments> of(List<String> keys) {
    return keys.stream().flatMap(key -> Stream.of(values()).map(way -> Arguments.of(key, way)));
  }

  Message ask(AnthropicClient client, MessageCreateParams params) {
    return switch (this) {
      case WHOLE -> client.messages().create(params).validate();
      case STREAMED -> {
        var heard = MessageAccumulator.create();
        try (var stream = client.messages().createStreaming(params)) {
          stream.stream().forEach(event -> heard.accumulate(event.validate()));
        }
        yield heard.message().validate();
      }
    };
  }
}
