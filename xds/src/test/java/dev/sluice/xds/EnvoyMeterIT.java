package dev.sluice.xds;

import static dev.sluice.xds.Answers.SSE;
import static dev.sluice.xds.Answers.bytes;
import static dev.sluice.xds.Answers.recorded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.envoy.DataPlane;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The meter inside a real Envoy.
class EnvoyMeterIT {

  private static final int CLIENTS = 4;

  private static TestUpstream upstream;
  private static RunningEnvoy envoy;

  @BeforeAll
  static void start() throws Exception {
    upstream = new TestUpstream();
    envoy =
        new RunningEnvoy(
            Samples.resources(Samples.upstream("one", "http://127.0.0.1:" + upstream.port())));
  }

  @AfterAll
  static void stop() throws Exception {
    var output = envoy.output();
    envoy.close();
    upstream.close();
    assertThat(output).doesNotContain("script log", "[error]", "[critical]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text-thinking.sse       | 280,12,0,7,-1,8804 | true  | false
          tool-use.sse            | 55,4,0,6,-1,4290   | true  | false
          midstream-error.sse     | 10,0,0,5,-1,1027   | false | true
          tool-use-nonstream.json |                    | false | false
          """)
  void an_answer_cut_anywhere_gives_the_same_metadata(
      String name, String visible, boolean stopped, boolean error) throws Exception {
    var body = recorded(name);
    var type = name.endsWith(".sse") ? SSE : "application/json";
    var whole = meter("/v1/whole/" + name, type, body);
    assertThat(whole.get(DataPlane.METER_VISIBLE)).isEqualTo(visible);
    assertThat(whole.containsKey(DataPlane.METER_STOPPED)).isEqualTo(stopped);
    assertThat(whole.containsKey(DataPlane.METER_ERROR)).isEqualTo(error);
    assertThat(whole).containsEntry(DataPlane.METER_UPSTREAM_REQUEST_ID, "req_upstream");

    try (var pool = Executors.newFixedThreadPool(CLIENTS)) {
      var tasks = new ArrayList<Callable<Void>>();
      for (var client = 0; client < CLIENTS; client++) {
        var first = client;
        tasks.add(() -> cutEvery(name, type, body, first, whole));
      }
      for (var task : pool.invokeAll(tasks)) {
        task.get();
      }
    }
  }

  /// Cuts at every fourth byte, each time on the same connection.
  private static Void cutEvery(
      String name, String type, byte[] body, int first, Map<String, String> whole)
      throws Exception {
    try (var client = envoy.client()) {
      for (var cut = first; cut <= body.length; cut += CLIENTS) {
        var path = "/v1/cut/" + cut + "/" + name;
        var taken = new Semaphore(0);
        var at = cut;
        upstream.answer(
            path,
            (_, out) -> {
              out.write(Answers.chunkedHead(type));
              Answers.writeChunk(out, body, 0, at);
              taken.acquire();
              Answers.writeChunk(out, body, at, body.length);
              Answers.writeLastChunk(out);
            });
        client.post(path);
        if (cut > 0) {
          Http.head(client.in);
          assertThat(client.read(cut)).isEqualTo(Arrays.copyOf(body, cut));
        }
        taken.release();
        if (cut == 0) {
          Http.head(client.in);
        }
        client.readToEnd();
        assertThat(TestLog.meter(envoy.log.take(path))).as("cut at %d", cut).isEqualTo(whole);
      }
    }
    return null;
  }

  @Test
  void keeps_the_usage_of_a_stream_raw() throws Exception {
    var meter = meter("/v1/raw", SSE, recorded("tool-use.sse"));
    assertThat(meter.get(DataPlane.METER_START))
        .startsWith("{\"type\":\"message_start\"")
        .endsWith("\"inference_geo\":\"not_available\"}}}");
    assertThat(meter.get(DataPlane.METER_DELTA))
        .startsWith("{\"type\":\"message_delta\"")
        .contains("\"output_tokens\":25");
  }

  @Test
  void reads_events_however_they_are_written() throws Exception {
    var events =
        """
        : a comment\r
        event: message_start\r
        data: {"type":"message_start","message":{"usage":{"input_tokens":7}}}\r
        \r
        event:content_block_delta
        data:{ "type": "content_block_delta", "delta": { "text": "four", "type": "text_delta" } }

        data: {"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"sixsix"}}

        event: content_block_delta
        data: {"type":"content_block_delta","delta":{"type":"citations_delta","citation":{}}}

        event: content_block_delta
        data: {"delta":{"type":"input_json_delta","partial_json":"{\\"text\\":\\"\\n"}}

        event: content_block_delta
        data: {"delta":{"type":"text_delta","text":"\\u0041\\u00e4\\u20ac\\ud83d\\ude00é"}}

        event: unknown
        data: {"type":"unknown"}

        event: message_delta
        data: {"usage":{"output_tokens":1}}

        event: message_delta
        data: {"usage":{"output_tokens":2}}
        """;
    var meter = meter("/v1/forms", SSE, bytes(events));
    assertThat(meter)
        .containsEntry(DataPlane.METER_VISIBLE, "14,1,0,7,-1,799")
        .containsEntry(DataPlane.METER_DELTA, "{\"usage\":{\"output_tokens\":2}}")
        .containsEntry(
            DataPlane.METER_START,
            "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7}}}")
        .doesNotContainKeys(DataPlane.METER_STOPPED, DataPlane.METER_ERROR);
  }

  @Test
  void thinking_out_of_sight_is_told_until_its_signature_comes() throws Exception {
    var thinks = "data: {'type':'content_block_start','content_block':{'type':'thinking'}}\n\n";
    var told = delta("thinking_delta','thinking':'','estimated_tokens':50");
    var told100 = delta("thinking_delta','thinking':'','estimated_tokens':100");
    var signed = delta("signature_delta','signature':'c2lnbmF0dXJl'");
    var stop = "data: {'type':'content_block_stop'}\n\n";
    var shown = delta("thinking_delta','thinking':'Let me see'");
    assertThat(visible(thinks)).startsWith("0,0,0,0,0,");
    assertThat(visible(thinks + told)).startsWith("0,0,0,0,50,");
    assertThat(visible(thinks + told + told100)).startsWith("0,0,0,0,150,");
    assertThat(visible(thinks + told + signed)).startsWith("0,0,12,0,-1,");
    assertThat(visible(thinks + signed + stop + thinks)).startsWith("0,0,12,0,0,");
    assertThat(visible(thinks + shown)).startsWith("0,3,0,3,-1,");
    assertThat(visible(thinks + shown + signed + stop)).startsWith("0,3,0,3,-1,");
    var redacted = thinks.replace("'thinking'", "'redacted_thinking','data':'c2VjcmV0'");
    assertThat(visible(redacted + stop)).startsWith("0,0,8,0,-1,");
  }

  private static String delta(String delta) {
    return "event: content_block_delta\ndata: {'type':'content_block_delta','index':0,"
        + "'delta':{'type':'%s}}\n\n".formatted(delta);
  }

  private static String visible(String events) throws Exception {
    var meter = meter("/v1/visible", SSE, bytes(events.replace('\'', '"')));
    return Objects.requireNonNull(meter.get(DataPlane.METER_VISIBLE));
  }

  @Test
  void sizes_are_published_before_they_have_grown_by_more_than_a_sixteenth() throws Exception {
    var event = delta("text_delta','text':'A normal answer of t'").replace('\'', '"');
    var gone = new Semaphore(0);
    for (var events : List.of(1, 7, 40, 333)) {
      upstream.answer(
          "/v1/growth",
          (_, out) -> {
            out.write(Answers.chunkedHead(SSE));
            for (var i = 0; i < events; i++) {
              Answers.writeChunk(out, bytes(event), 0, event.length());
            }
            gone.acquire();
          });
      try (var client = envoy.client()) {
        client.post("/v1/growth");
        Http.head(client.in);
        client.read(events * event.length());
      }
      var entry = envoy.log.take("/v1/growth");
      gone.release();
      var published = TestLog.meter(entry).get(DataPlane.METER_VISIBLE).split(",");
      assertThat(Long.parseLong(published[0]) * 17).isGreaterThanOrEqualTo(events * 5 * 16);
      assertThat(Long.parseLong(published[5])).isLessThanOrEqualTo(events * event.length());
      assertThat(entry.getResponse().getResponseBodyBytes()).isEqualTo(events * event.length());
    }
  }

  @Test
  void a_line_too_long_to_keep_counts_in_full() throws Exception {
    var text = "x".repeat(300_000);
    var delta =
        "event: content_block_delta\n"
            + "data: {\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n".formatted(text);
    var start = "event: content_block_start\ndata: \"%s\"\n\n".formatted(text);
    var stop = "event: message_stop\ndata: {}\n\n";
    var meter = meter("/v1/long", SSE, bytes(start + delta + stop));
    var size = Integer.parseInt(meter.get(DataPlane.METER_VISIBLE).split(",")[0]);
    assertThat(size).isBetween(74_999, 300_100);
    assertThat(meter).containsEntry(DataPlane.METER_STOPPED, "true");
  }

  @Test
  void finds_only_the_top_level_usage() throws Exception {
    var body =
        """
        {"id":"x","content":[{"type":"tool_use","input":{"usage":{"output_tokens":999}}},
         {"type":"text","text":"\\"usage\\":{\\"output_tokens\\":998} \\\\"}],
         "usage" : {"input_tokens":1,
         "server_tool_use":{"usage":3}, "note":"}]\\"" } ,"stop_reason":"end_turn"}""";
    assertThat(meter("/v1/usage", "application/json; charset=utf-8", bytes(body)))
        .containsEntry(
            DataPlane.METER_USAGE,
            "{\"input_tokens\":1,\n \"server_tool_use\":{\"usage\":3}, \"note\":\"}]\\\"\" }");
    assertThat(meter("/v1/none", "application/json", bytes("[{\"usage\":{}}]")))
        .doesNotContainKey(DataPlane.METER_USAGE);
  }

  @Test
  void text_that_is_no_utf8_does_not_spoil_the_entry() throws Exception {
    var body = new ByteArrayOutputStream();
    body.writeBytes(bytes("event: message_start\ndata: {\"a\":\""));
    body.write(0xff);
    body.writeBytes(bytes("\"}\n\n"));
    assertThat(meter("/v1/latin", SSE, body.toByteArray()))
        .containsEntry(DataPlane.METER_START, "{\"a\":\"?\"}");
  }

  @Test
  void reads_compressed_answers_and_hands_them_on_plain() throws Exception {
    var body = recorded("tool-use.sse");
    var plain = meter("/v1/plain", SSE, body);
    var gzip = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(gzip)) {
      out.write(body);
    }
    assertThat(compressed("gzip", gzip.toByteArray(), body)).isEqualTo(plain);
    assertThat(compressed("zstd", zstd(body), body)).isEqualTo(plain);
    assertThat(compressed("br", brotli(body), body)).isEqualTo(plain);
  }

  private static Map<String, String> compressed(String encoding, byte[] packed, byte[] body)
      throws Exception {
    var path = "/v1/" + encoding;
    upstream.answer(
        path,
        (request, out) -> {
          assertThat(request.headers()).containsEntry("accept-encoding", "identity");
          out.write(
              bytes(
                  Answers.head(
                      200,
                      Map.of(
                          "content-type",
                          SSE,
                          "request-id",
                          "req_upstream",
                          "content-encoding",
                          encoding,
                          "content-length",
                          Integer.toString(packed.length)))));
          out.write(packed);
        });
    try (var client = envoy.client()) {
      var answer = client.exchange(path, Map.of("accept-encoding", "gzip, br, zstd"));
      assertThat(answer.body()).isEqualTo(body);
      assertThat(answer.headers()).doesNotContainKey("content-encoding");
    }
    return TestLog.meter(envoy.log.take(path));
  }

  /// A frame of one raw block.
  private static byte[] zstd(byte[] body) {
    var block = body.length << 3 | 1;
    var out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("28b52ffd0058"));
    out.write(block);
    out.write(block >> 8);
    out.write(block >> 16);
    out.writeBytes(body);
    return out.toByteArray();
  }

  /// A stream of one uncompressed meta-block: WBITS 16, ISLAST 0, MNIBBLES 4, MLEN-1, the flag.
  private static byte[] brotli(byte[] body) {
    var bits = (long) (body.length - 1) << 4 | 1L << 20;
    var out = new ByteArrayOutputStream();
    out.write((int) bits);
    out.write((int) (bits >> 8));
    out.write((int) (bits >> 16));
    out.writeBytes(body);
    out.write(3); // the last meta-block, empty
    return out.toByteArray();
  }

  @Test
  void a_cancelled_stream_is_metered_up_to_that_moment() throws Exception {
    var body = recorded("text-thinking.sse");
    var text = new String(body, StandardCharsets.UTF_8);
    var cut = text.indexOf("\n\n", text.indexOf("he model with some w")) + 2;
    var gone = new Semaphore(0);
    upstream.answer(
        "/v1/cancelled",
        (_, out) -> {
          out.write(Answers.chunkedHead(SSE));
          Answers.writeChunk(out, body, 0, cut);
          gone.acquire();
        });
    try (var client = envoy.client()) {
      client.post("/v1/cancelled");
      Http.head(client.in);
      client.read(cut);
    }
    var entry = envoy.log.take("/v1/cancelled");
    gone.release();
    assertThat(TestLog.meter(entry))
        .containsEntry(DataPlane.METER_VISIBLE, "10,12,0,6,-1,1666")
        .containsKey(DataPlane.METER_START)
        .doesNotContainKeys(DataPlane.METER_STOPPED, DataPlane.METER_DELTA);
    assertThat(entry.getCommonProperties().getResponseFlags().getDownstreamConnectionTermination())
        .isTrue();
  }

  @Test
  void each_event_leaves_when_it_arrives() throws Exception {
    var taken = new Semaphore(0);
    var event = bytes("event: ping\ndata: {}\n\n");
    upstream.answer(
        "/v1/flow",
        (_, out) -> {
          out.write(Answers.chunkedHead(SSE));
          for (var i = 0; i < 5; i++) {
            Answers.writeChunk(out, event, 0, event.length);
            taken.acquire();
          }
          Answers.writeLastChunk(out);
        });
    try (var client = envoy.client()) {
      client.post("/v1/flow");
      Http.head(client.in);
      for (var i = 0; i < 5; i++) {
        assertThat(client.read(event.length)).isEqualTo(event);
        taken.release();
      }
      client.readToEnd();
    }
  }

  private static Map<String, String> meter(String path, String type, byte[] body) throws Exception {
    upstream.answer(path, Answers.chunked(type, body));
    try (var client = envoy.client()) {
      var answer = client.exchange(path);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(body);
    }
    return TestLog.meter(envoy.log.take(path));
  }
}
