package dev.sluice.extproc.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.client.OpenAiPath;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.decode.Head;
import dev.sluice.extproc.meter.Meter;
import dev.sluice.testkit.fuzz.Frugal;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// What Envoy hands on of clients and providers: their headers, and what they told of usage.
final class MessagesFuzzTest {

  /// Envoy writes these itself, or judges them.
  private static final Set<String> ENVOYS =
      Set.of("content-length", DataPlane.ATTEMPT_COUNT_HEADER, DataPlane.FACTS_HEADER);

  private static final List<String> READINGS =
      List.of(
          DataPlane.METER_START,
          DataPlane.METER_DELTA,
          DataPlane.METER_ERROR,
          DataPlane.METER_USAGE,
          DataPlane.METER_UPSTREAM_REQUEST_ID);

  static Stream<byte[]> heads() {
    return Stream.of(
            """
            :method: POST
            :path: /anthropic/v1/messages?beta=true
            authorization: Bearer sk-sluice-1
            user-agent: claude-cli/2.1.329 (external, cli)
            anthropic-beta: interleaved-thinking-2025-05-14
            anthropic-beta: context-1m-2025-08-07
            x-sluice-tag-team: é
            x-claude-code-session-id: s1""",
            ":method: GET\n:path: /openai/v1/models?limit=5&after_id=%41\nx-api-key: k")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<byte[]> messages() {
    return heads().map(bytes -> request(bytes).toByteArray());
  }

  static Stream<byte[]> readings() {
    return Stream.of(
            """
            {"message":{"usage":{"input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":1}}}}
            {"usage":{"output_tokens":9,"server_tool_use":{"web_search_requests":1}}}
            {"error":{"type":"overloaded_error"}}
            {"input_tokens":3,"output_tokens":9}
            req_1""")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static ProcessingRequest request(byte[] bytes) {
    var headers = HeaderMap.newBuilder();
    headers.addHeaders(HeaderValue.newBuilder().setKey("x-request-id").setValue("r1"));
    for (var line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      int colon = line.indexOf(": ");
      var name = colon < 0 ? line : line.substring(0, colon);
      if (!ENVOYS.contains(name)) {
        var value = line.substring(colon < 0 ? line.length() : colon + 2);
        headers.addHeaders(
            HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFrom(value.getBytes(StandardCharsets.ISO_8859_1))));
      }
    }
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(headers))
        .build();
  }

  @MethodSource("heads")
  @FuzzTest
  void any_headers_are_a_head(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          try {
            var request = request(bytes).toByteArray();
            var read = RequestReader.read(new Message(request, request.length));
            assertThat(read).isInstanceOf(Incoming.Head.class);
            asked(((Incoming.Head) read).head());
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void asked(Head head) {
    Endpoint.of(head);
    Endpoint.isProbe(head);
    OpenAiPath.of(head);
    assertThat(head.client().headers()).hasSizeLessThan(40);
  }

  /// Bytes that are no message of Envoy's: an end of that exchange, and of nothing else.
  @MethodSource("messages")
  @FuzzTest
  void any_bytes_are_a_message_or_none(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          try {
            assertThat(RequestReader.read(new Message(bytes, bytes.length))).isNotNull();
          } catch (IOException | IllegalStateException | NumberFormatException e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
          try {
            assertThat(EndingReader.read(bytes)).isNotNull();
          } catch (IOException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
        });
  }

  @MethodSource("readings")
  @FuzzTest
  void whatever_a_provider_tells_of_usage_can_be_settled(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          try {
            var endings = EndingReader.read(log(bytes).toByteArray());
            assertThat(endings).hasSize(1);
            var tokens = Meter.certain(endings.getFirst());
            assertThat(tokens == null ? 0 : tokens.inAll()).isNotNegative();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static StreamAccessLogsMessage log(byte[] bytes) {
    var meter = Struct.newBuilder();
    var lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    for (int i = 0; i < Math.min(lines.length, READINGS.size()); i++) {
      meter.putFields(READINGS.get(i), Value.newBuilder().setStringValue(lines[i]).build());
    }
    var common =
        AccessLogCommon.newBuilder()
            .setMetadata(
                Metadata.newBuilder().putFilterMetadata(DataPlane.METER_NAMESPACE, meter.build()));
    var entry = HTTPAccessLogEntry.newBuilder().setCommonProperties(common);
    entry.getResponseBuilder().setResponseCodeDetails("via_upstream").getResponseCodeBuilder();
    entry.getResponseBuilder().getResponseCodeBuilder().setValue(200);
    var message = StreamAccessLogsMessage.newBuilder();
    message.getHttpLogsBuilder().addLogEntry(entry);
    return message.build();
  }
}
