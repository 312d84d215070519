package dev.sluice.bench.translation;

import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.anthropic.answer.AnswerReader;
import dev.sluice.wire.anthropic.message.AnswerEncoder.Reply;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.anthropic.message.StreamEncoder;
import dev.sluice.wire.bedrock.ConverseTranslator;
import dev.sluice.wire.bedrock.Family;
import dev.sluice.wire.bedrock.InvokeDecoder;
import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.gemini.GeminiTranslator;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.openai.chat.ChatTranslator;
import dev.sluice.wire.openai.responses.ResponsesTranslator;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.Translator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How a request gets to a provider, and its answer back.
public enum Way {
  /// Nothing is changed: the request is scanned, and the answer watched.
  PASSED("as it is (scanned, watched)", Streams.CLAUDE),
  CHAT("OpenAI chat completions", Streams.CHAT),
  RESPONSES("OpenAI responses", Streams.RESPONSES),
  GEMINI("Gemini", Streams.GEMINI),
  CONVERSE("Bedrock Converse", Streams.CONVERSE),
  INVOKE("Claude at Bedrock (InvokeModel)", Streams.INVOKE),
  VERTEX("Claude at Vertex AI", Streams.CLAUDE);

  private static final String MODEL = "a-model";
  private static final Reply REPLY = new Reply("claude-opus-5-5", "req_1", "compatible");
  private static final Expected STREAM = new Expected(true, Map.of());
  private static final Translators TRANSLATORS = Translators.make();

  private final String title;
  private final List<byte[]> stream;

  Way(String title, List<byte[]> stream) {
    this.title = title;
    this.stream = stream;
  }

  String title() {
    return title;
  }

  /// @return what JMH is to see, so that it is not left out
  public Object request(byte[] body) {
    return switch (this) {
      case PASSED -> RequestScanner.scan(body, 0, body.length);
      case INVOKE -> MessagesEdit.edit(CloudFrame.BEDROCK, List.of(), body, 0, body.length);
      case VERTEX -> MessagesEdit.edit(CloudFrame.VERTEX, List.of(), body, 0, body.length);
      case CHAT, RESPONSES, GEMINI, CONVERSE ->
          translator().request(MessagesReader.read(body, 0, body.length).of(MODEL));
    };
  }

  /// The bytes that a client got of a stream, each event of which came by itself; what passes is
  /// only looked at.
  public long answer() {
    return switch (this) {
      case PASSED -> watched();
      case INVOKE -> invoked();
      case VERTEX -> 0;
      case CHAT, RESPONSES, GEMINI, CONVERSE -> told();
    };
  }

  private long watched() {
    var reader = new AnswerReader();
    for (var event : stream) {
      reader.read(event, 0, event.length);
    }
    return reader.visible().content();
  }

  private long invoked() {
    var decoder = new InvokeDecoder();
    long bytes = 0;
    for (var event : stream) {
      bytes += decoder.read(event, 0, event.length).length;
    }
    return bytes + decoder.end().length;
  }

  private long told() {
    var decoder = translator().answer(STREAM);
    var encoder = new StreamEncoder(REPLY);
    long bytes = 0;
    for (var event : stream) {
      bytes += encoder.encode(decoder.read(event, 0, event.length)).length;
    }
    return bytes + encoder.encode(decoder.end()).length;
  }

  private Translator translator() {
    return switch (this) {
      case CHAT -> TRANSLATORS.chat();
      case RESPONSES -> TRANSLATORS.responses();
      case GEMINI -> TRANSLATORS.gemini();
      case CONVERSE -> TRANSLATORS.converse();
      case PASSED, INVOKE, VERTEX -> throw new IllegalStateException("BUG: " + this);
    };
  }

  /// Of each language that is not Claude's.
  private record Translators(
      Translator chat, Translator responses, Translator gemini, Translator converse) {

    static Translators make() {
      var openAi = Objects.requireNonNull(Presets.read().services().get("openai"), "openai");
      return new Translators(
          new ChatTranslator(Quirks.CAUTIOUS, "compatible"),
          new ResponsesTranslator(openAi.quirks(), "openai"),
          new GeminiTranslator(new Door.Developer()),
          new ConverseTranslator(Family.NOVA));
    }
  }
}
