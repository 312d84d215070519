package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.MessagesRequest.MaxTokens;
import dev.sluice.wire.anthropic.MessagesRequest.Media;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScannerTest {

  private static MessagesRequest scan(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var padded = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, padded, 3, bytes.length);
    return RequestScanner.scan(padded, 3, bytes.length);
  }

  @Test
  void reads_the_fields_and_where_they_are() {
    var request =
        scan(" {\"model\": \"m-1\" ,\"messages\":[],\"max_tokens\":  64,\"stream\":true}\n");
    assertThat(request.model()).isEqualTo("m-1");
    assertThat(request.modelSpan()).isEqualTo(new Span(11, 5));
    assertThat(request.maxTokens()).isEqualTo(new MaxTokens(64, new Span(47, 2)));
    assertThat(request.stream()).isTrue();
    assertThat(request.thinking()).isEqualTo(Thinking.NONE);
  }

  @Test
  void reads_what_is_escaped() {
    var request = scan("{\"mod\\u0065l\":\"\\u0061\\/b\\\"\",\"max\\u005ftokens\":1}");
    assertThat(request.model()).isEqualTo("a/b\"");
    assertThat(request.outputTokens()).isEqualTo(1);
  }

  @Test
  void reads_thinking() {
    var start = "{\"model\":\"m\",\"thinking\":";
    assertThat(scan(start + "{\"type\":\"enabled\",\"budget_tokens\":31999}}").thinking())
        .isEqualTo(new Thinking(true, 31999, false));
    assertThat(scan(start + "{\"display\":\"omitted\",\"type\":\"adaptive\"}}").thinking())
        .isEqualTo(new Thinking(true, 0, true));
    assertThat(scan(start + "{\"type\":\"adaptive\"}}").thinking())
        .isEqualTo(new Thinking(true, 0, false));
    assertThat(scan(start + "{\"type\":\"disabled\"}}").thinking()).isEqualTo(Thinking.NONE);
    assertThat(scan(start + "null}").thinking()).isEqualTo(Thinking.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|0",
        "null|0",
        "{\"name\":\"a\"}|0",
        "[{\"name\":\"a\"},{\"name\":\"b\",\"type\":\"custom\"}]|2",
        "[{\"input_schema\":{\"tools\":[{},{}]}}]|1",
        "[{\"type\":\"web_search_20250305\",\"max_uses\":1},{\"type\":\"bash_20250124\"}]|2"
      })
  void counts_the_tools_of_all_kinds(String tools, long count) {
    assertThat(scan("{\"model\":\"m\",\"tools\":" + tools + "}").tools()).isEqualTo(count);
    assertThat(scan("{\"model\":\"m\"}").tools()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"model\":\"m\"}x",
        "{\"model\":\"m\"}{}",
        "{\"model\":\"m\",}",
        "{\"model\":\"m\" \"a\":1}",
        "{\"model\":\"m\",\"model\":\"n\"}",
        "{\"model\":\"m\",\"mod\\u0065l\":\"n\"}",
        "{\"model\":\"m\",\"x\":1,\"x\":2}",
        "{\"model\":5}",
        "{\"model\":\"\"}",
        "{\"model\":\"m\",\"a\":\"\n\"}",
        "{\"model\":\"m\",\"a\":\"\\x\"}",
        "{\"model\":\"m\",\"a\":\"\\u12g4\"}",
        "{\"model\":\"m\",\"a\":01}",
        "{\"model\":\"m\",\"a\":- 1}",
        "{\"model\":\"m\",\"a\":truE}",
        "{\"model\":\"m\",\"max_tokens\":0}",
        "{\"model\":\"m\",\"max_tokens\":-1}",
        "{\"model\":\"m\",\"max_tokens\":1.5}",
        "{\"model\":\"m\",\"max_tokens\":1e3}",
        "{\"model\":\"m\",\"max_tokens\":\"5\"}",
        "{\"model\":\"m\",\"max_tokens\":1234567890}",
        "{\"model\":\"m\",\"stream\":1}",
        "\uFEFF{\"model\":\"m\"}",
      })
  void refuses_what_is_malformed(String body) {
    assertThatThrownBy(() -> scan(body)).isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void refuses_what_is_nested_too_deep_without_exhausting_the_stack() {
    var deep = "[".repeat(JsonCursor.DEPTH_MAX - 1) + "]".repeat(JsonCursor.DEPTH_MAX - 1);
    assertThat(scan("{\"model\":\"m\",\"a\":" + deep + "}").model()).isEqualTo("m");
    for (var open : new String[] {"[", "{\"content\":", "{\"source\":", "{\"a\":"}) {
      var body = "{\"model\":\"m\",\"system\":" + open.repeat(100_000);
      assertThatThrownBy(() -> scan(body)).isInstanceOf(MalformedBodyException.class);
    }
  }

  @Test
  void counts_images_and_pdfs_wherever_blocks_can_be() {
    var image =
        "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}";
    var pdf =
        "{\"source\":{\"data\":\"AAAAAA\",\"type\":\"base64\",\"media_type\":\"application/pdf\"},"
            + "\"type\":\"docum\\u0065nt\"}";
    var result = "{\"type\":\"tool_result\",\"content\":[" + image + "," + pdf + "]}";
    var input = "{\"type\":\"tool_use\",\"input\":{\"content\":[" + image + "]}}";
    var body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
            + String.join(",", image, result, input)
            + "]}],\"tools\":[{\"input_schema\":{\"content\":["
            + image
            + "]}}]}";
    assertThat(scan(body).media()).isEqualTo(new Media(2, 1, 14, 6, false));
  }

  @Test
  void sees_what_is_read_from_elsewhere() {
    var start = "{\"model\":\"m\",\"messages\":[{\"content\":[";
    var url = "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://a\"}}";
    var file = "{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"a\"}}";
    var upload = "{\"type\":\"container_upload\",\"file_id\":\"a\"}";
    var text = "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"data\":\"a\"}}";
    for (var block : new String[] {url, file, upload}) {
      assertThat(scan(start + block + "]}]}").media().unbounded()).as(block).isTrue();
    }
    assertThat(scan(start + text + "]}]}").media()).isEqualTo(Media.NONE);
  }

  @Test
  void counts_the_tools_that_the_provider_runs() {
    var start = "{\"model\":\"m\",\"tools\":[";
    assertThat(
            scan(start + "{\"type\":\"web_search_20250305\",\"max_uses\":8},{\"name\":\"a\"}]}")
                .serverTools())
        .isEqualTo(new ServerTools(8, false));
    assertThat(scan(start + "{\"type\":\"web_search_20250305\"}]}").serverTools())
        .isEqualTo(new ServerTools(100, true));
    assertThat(scan(start + "{\"type\":\"code_execution_20250825\"}]}").serverTools())
        .isEqualTo(new ServerTools(0, true));
    assertThat(scan(start + "{\"type\":\"bash_20250124\",\"name\":\"bash\"}]}").serverTools())
        .isEqualTo(ServerTools.NONE);
    assertThat(scan("{\"model\":\"m\",\"mcp_servers\":[{}]}").serverTools().unbounded()).isTrue();
    var edits = "{\"model\":\"m\",\"context_management\":{\"edits\":[{\"type\":\"";
    assertThat(scan(edits + "\\u0063ompact_20260112\"}]}}").serverTools().unbounded()).isTrue();
    assertThat(scan(edits + "clear_thinking_20251015\"}]}}").serverTools().unbounded()).isFalse();
  }

  @Test
  void names_what_makes_tokens_dearer() {
    assertThat(scan("{\"model\":\"m\",\"speed\":\"fast\"}").surcharge()).isEqualTo("speed: fast");
    assertThat(scan("{\"model\":\"m\",\"inference_geo\":\"us\"}").surcharge())
        .isEqualTo("inference_geo: us");
    assertThat(scan("{\"model\":\"m\",\"speed\":\"standard\",\"inference_geo\":null}").surcharge())
        .isNull();
  }

  @Test
  void a_request_does_not_say_where_its_model_runs() {
    for (var global : List.of("\"global\"", "\"glo\\u0062al\"")) {
      assertThatThrownBy(() -> scan("{\"model\":\"m\",\"inference_geo\":" + global + "}"))
          .isInstanceOf(MalformedBodyException.class)
          .hasMessage(
              "inference_geo: global (expected: absent: the account says where its models run)");
    }
  }
}
