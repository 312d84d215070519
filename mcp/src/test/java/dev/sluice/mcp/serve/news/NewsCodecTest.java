package dev.sluice.mcp.serve.news;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.news.News.Reader;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.serve.stream.EventLog.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

final class NewsCodecTest {

  private static final ObjectName KEY = new ObjectName("team", "key.1");
  private static final Reader READER = new Reader("one", "abc");
  private static final Watched NOTE =
      new Watched(new ObjectName("team", "notes"), "note://düsseldorf/1 2\n3");

  private static List<News> all() {
    var nodes = JsonNodeFactory.instance;
    var result = nodes.objectNode().put("text", "grüße\nund mehr");
    return List.of(
        new News.Answered("s", new Message.Answer(RpcId.of("a"), result)),
        new News.Answered("s", new Message.Failure(RpcId.of(1), RpcError.of(-32000, "no"))),
        new News.Cancelled("s", RpcId.of(7), "enough"),
        new News.Ended("s"),
        new News.Level("s", "warning"),
        new News.Watches("s", NOTE),
        new News.Unwatches("s", NOTE),
        new News.Rest(READER, KEY, "s", "one-1.abc", 1L << 40),
        new News.Resumed(READER, KEY, "call", RpcId.of("x"), result),
        new News.Resumed(READER, KEY, "call", RpcId.of(2), nodes.objectNode()),
        new News.Quiet("abc", 7),
        new News.Skipped("abc", 8),
        new News.Over("abc", false),
        new News.Over("abc", true),
        new News.Read("abc", 12),
        new News.Left("abc"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void all_news_come_as_they_were_told(News news) {
    assertThat(NewsCodec.read(NewsCodec.text(news))).contains(news);
  }

  @Test
  void an_event_comes_with_the_bytes_that_it_had() {
    var data = "{ \"text\":\"grüße\\n\", \"n\": 1.50 }".getBytes(StandardCharsets.UTF_8);
    var told = new News.Told("abc", new Event(3, data, 400, true));
    assertThat(NewsCodec.read(NewsCodec.text(told)))
        .hasValueSatisfying(
            news -> {
              assertThat(news).isInstanceOf(News.Told.class);
              var event = ((News.Told) news).event();
              assertThat(event).usingRecursiveComparison().isEqualTo(told.event());
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{\"news\":\"of a later version\"}",
        "{\"news\":\"cancelled\",\"session\":\"s\"}",
        "{\"news\":\"answered\",\"session\":\"s\"}\n{}",
        "{\"news\":\"resumed\",\"request\":1}"
      })
  void what_is_not_known_is_no_news(String text) {
    assertThat(NewsCodec.read(text)).isEmpty();
  }
}
