package dev.sluice.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.anthropic.RequestShape;
import dev.sluice.wire.anthropic.message.CloudFrame;
import dev.sluice.wire.anthropic.message.MessagesEdit;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.anthropic.message.MessagesWriter;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.fallback.FallbacksMember;
import dev.sluice.wire.openai.client.ChatReader;
import dev.sluice.wire.openai.client.ClientRequest;
import dev.sluice.wire.openai.client.ResponsesReader;
import dev.sluice.wire.translate.Translator;
import dev.sluice.wire.translate.UntranslatableException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Whatever a client sends is read, or refused with a sentence.
final class RequestsFuzzTest {

  private static final int TOLD_BYTES_MAX = 8 << 20;
  private static final long CONTEXT_TOKENS_MAX = 1_000_000;
  private static final JsonMapper JSON = JsonMapper.shared();

  static Stream<byte[]> messages() {
    return Stream.concat(
        Stream.of(Seeds.recorded()),
        Stream.concat(Seeds.files("message/read", ".json"), Seeds.files("message/edit", ".json")));
  }

  static Stream<byte[]> chats() {
    return Seeds.clients("chat");
  }

  static Stream<byte[]> responses() {
    return Seeds.clients("responses");
  }

  static Stream<byte[]> fallbacks() {
    return Seeds.files("fuzz/fallbacks", ".json");
  }

  @MethodSource("messages")
  @FuzzTest
  void the_scanner_finds_the_facts_of_a_body_or_its_fault(byte[] body) {
    read(body, RequestsFuzzTest::scan);
  }

  @MethodSource("messages")
  @FuzzTest
  void a_message_is_told_in_every_language_or_refused(byte[] body) {
    read(
        body,
        bytes -> {
          var conversation = MessagesReader.read(bytes, 0, bytes.length);
          Languages.ALL.values().forEach(language -> tell(language, conversation));
        });
  }

  @MethodSource("messages")
  @FuzzTest
  void a_message_is_put_in_the_frame_of_each_cloud(byte[] body) {
    read(
        body,
        bytes -> {
          for (var frame : CloudFrame.values()) {
            var edited = MessagesEdit.edit(frame, List.of("a-beta"), bytes, 0, bytes.length);
            if (isObject(bytes)) {
              assertThat(isObject(edited.body())).isTrue();
            }
          }
        });
  }

  @MethodSource("chats")
  @FuzzTest
  void a_chat_completion_becomes_a_message_or_is_refused(byte[] body) {
    read(body, bytes -> becomeMessage(bytes, ChatReader::read));
  }

  @MethodSource("responses")
  @FuzzTest
  void a_response_becomes_a_message_or_is_refused(byte[] body) {
    read(body, bytes -> becomeMessage(bytes, ResponsesReader::read));
  }

  @MethodSource("fallbacks")
  @FuzzTest
  void the_member_fallbacks_alone_leaves_a_body_or_is_refused(byte[] body) {
    read(
        body,
        bytes -> {
          if (RequestScanner.scan(bytes, 0, bytes.length).fallbacks() != null) {
            takeFallbacks(bytes);
          }
        });
  }

  private interface Reader {
    ClientRequest read(byte[] bytes, int offset, int length);
  }

  private interface Reading {
    void read(byte[] bytes);
  }

  private static void read(byte[] input, Reading reading) {
    var body = Arrays.copyOf(input, Math.min(input.length, Frugal.INPUT_BYTES_MAX));
    Frugal.read(
        body,
        () -> {
          try {
            reading.read(body);
          } catch (MalformedBodyException | UntranslatableException e) {
            assertThat(e.getMessage()).contains("expected").hasSizeLessThan(TOLD_BYTES_MAX);
          }
        });
  }

  private static void scan(byte[] body) {
    var request = RequestScanner.scan(body, 0, body.length);
    assertThat(LooseBound.of(request, CONTEXT_TOKENS_MAX).tokens()).isNotNegative();
    var outline = BodyOutline.of(request, body, 0, body.length);
    assertThat(outline.inputTokensMax(outline, 1)).isNotNegative();
    assertThat(RequestShape.of(body, 0, body.length).features()).isNotNull();
    BodyEdit.question(body, 0, body.length);
    var edit = new BodyEdit().model(request.modelSpan(), "other \"model\"");
    var most = request.maxTokens();
    var edited = (most == null ? edit : edit.maxTokens(most.span(), 7)).apply(body, 0, body.length);
    var again = RequestScanner.scan(edited, 0, edited.length);
    assertThat(again.model()).isEqualTo("other \"model\"");
    assertThat(again.stream()).isEqualTo(request.stream());
    if (most != null) {
      assertThat(again.outputTokens()).isEqualTo(7);
    }
  }

  private static void takeFallbacks(byte[] body) {
    var taken = FallbacksMember.take(body, 0, body.length);
    assertThat(taken.names()).hasSizeLessThanOrEqualTo(FallbacksMember.NAMES_MAX);
    assertThat(RequestScanner.scan(taken.rest(), 0, taken.rest().length).fallbacks()).isNull();
    // A scanned body can be none to a parser: in its numbers, and in bytes that are no UTF-8.
    if (isObject(body)) {
      var others = JSON.readTree(body).asObject();
      others.remove(FallbacksMember.NAME);
      assertThat(JSON.readTree(taken.rest())).isEqualTo(others);
    }
  }

  private static void tell(Translator language, Conversation conversation) {
    try {
      var told = language.request(conversation);
      assertThat(told.body()).hasSizeLessThan(TOLD_BYTES_MAX);
      assertThat(JSON.readTree(told.body()).isObject()).isTrue();
      assertThat(language.request(conversation).body()).isEqualTo(told.body());
    } catch (UntranslatableException e) {
      assertThat(e.getMessage()).contains("expected");
    }
  }

  /// What we write, our own scanner reads, and the clouds' frames take.
  private static void becomeMessage(byte[] body, Reader reader) {
    var conversation = reader.read(body, 0, body.length).conversation();
    var message = MessagesWriter.write(conversation);
    assertThat(message).hasSizeLessThan(TOLD_BYTES_MAX);
    assertThat(RequestScanner.scan(message, 0, message.length).model())
        .isEqualTo(conversation.model());
    assertThat(MessagesReader.read(message, 0, message.length).turns())
        .hasSameSizeAs(conversation.turns());
    assertThat(MessagesWriter.betas(conversation)).isNotNull();
  }

  private static boolean isObject(byte[] json) {
    return parsed(json, text -> JSON.readTree(text).isObject());
  }

  private static boolean parsed(byte[] json, Function<byte[], Boolean> parse) {
    try {
      return parse.apply(json);
    } catch (tools.jackson.core.JacksonException _) {
      return false;
    }
  }
}
