package dev.sluice.mcp.serve.news;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.news.News.Reader;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.serve.stream.EventLog.Event;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// News as text and back: a line of JSON, and after it what is passed on as it is.
final class NewsCodec {

  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);

  private NewsCodec() {}

  static String text(News news) {
    return switch (news) {
      case News.Answered(var session, var answer) ->
          text(of("answered").put("session", session), CODEC.write(answer));
      case News.Cancelled(var session, var request, var reason) -> {
        var json = of("cancelled").put("session", session).put("reason", reason);
        json.set("request", request.json());
        yield text(json);
      }
      case News.Ended(var session) -> text(of("ended").put("session", session));
      case News.Level(var session, var level) ->
          text(of("level").put("session", session).put("level", level));
      case News.Watches(var session, var resource) ->
          text(resource(of("watches").put("session", session), resource));
      case News.Unwatches(var session, var resource) ->
          text(resource(of("unwatches").put("session", session), resource));
      case News.Rest(var reader, var key, var session, var stream, var after) ->
          text(
              name(reader(of("rest"), reader), "key", key)
                  .put("session", session)
                  .put("stream", stream)
                  .put("number", after));
      case News.Resumed(var reader, var key, var call, var request, var responses) -> {
        var json = name(reader(of("resumed"), reader), "key", key).put("call", call);
        json.set("request", request.json());
        yield text(json, CODEC.write(responses));
      }
      case News.Quiet(var channel, var number) ->
          text(of("quiet").put("channel", channel).put("number", number));
      case News.Told(var channel, var event) ->
          text(
              of("told")
                  .put("channel", channel)
                  .put("number", event.number())
                  .put("status", event.status())
                  .put("answer", event.answer()),
              event.data());
      case News.Skipped(var channel, var number) ->
          text(of("skipped").put("channel", channel).put("number", number));
      case News.Over(var channel, var read) ->
          text(of("over").put("channel", channel).put("read", read));
      case News.Read(var channel, var number) ->
          text(of("read").put("channel", channel).put("number", number));
      case News.Left(var channel) -> text(of("left").put("channel", channel));
    };
  }

  private static ObjectNode of(String what) {
    return JsonNodeFactory.instance.objectNode().put("news", what);
  }

  private static ObjectNode reader(ObjectNode json, Reader reader) {
    return json.put("gateway", reader.gateway()).put("channel", reader.channel());
  }

  private static ObjectNode resource(ObjectNode json, Watched watched) {
    return name(json, "server", watched.server()).put("uri", watched.uri());
  }

  private static ObjectNode name(ObjectNode json, String field, ObjectName name) {
    json.putObject(field).put("namespace", name.namespace()).put("name", name.name());
    return json;
  }

  private static String text(ObjectNode json, byte[]... more) {
    var text = new StringBuilder(new String(CODEC.write(json), StandardCharsets.UTF_8));
    for (var bytes : more) {
      text.append('\n').append(new String(bytes, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  /// Empty for what this version does not know.
  static Optional<News> read(String text) {
    int line = text.indexOf('\n');
    var more = line < 0 ? new byte[0] : bytes(text.substring(line + 1));
    try {
      return read(CODEC.tree(bytes(line < 0 ? text : text.substring(0, line))), more);
    } catch (MalformedMessageException _) {
      return Optional.empty();
    }
  }

  private static Optional<News> read(JsonNode json, byte[] more) throws MalformedMessageException {
    var session = json.path("session").stringValue("");
    var channel = json.path("channel").stringValue("");
    var number = json.path("number").longValue(0);
    var request = RpcId.of(json.get("request"));
    return switch (json.path("news").stringValue("")) {
      case "answered" -> Optional.of(new News.Answered(session, message(more)));
      case "cancelled" ->
          request.map(id -> new News.Cancelled(session, id, json.path("reason").stringValue("")));
      case "ended" -> Optional.of(new News.Ended(session));
      case "level" -> Optional.of(new News.Level(session, json.path("level").stringValue("")));
      case "watches" -> Optional.of(new News.Watches(session, resource(json)));
      case "unwatches" -> Optional.of(new News.Unwatches(session, resource(json)));
      case "rest" -> {
        var stream = json.path("stream").stringValue("");
        yield Optional.of(
            new News.Rest(reader(json), name(json.path("key")), session, stream, number));
      }
      case "resumed" -> {
        var call = json.path("call").stringValue("");
        var responses = CODEC.tree(more);
        yield request.map(
            id -> new News.Resumed(reader(json), name(json.path("key")), call, id, responses));
      }
      case "quiet" -> Optional.of(new News.Quiet(channel, number));
      case "told" -> {
        var status = json.path("status").intValue(200);
        var answer = json.path("answer").booleanValue(false);
        yield Optional.of(new News.Told(channel, new Event(number, more, status, answer)));
      }
      case "skipped" -> Optional.of(new News.Skipped(channel, number));
      case "over" -> Optional.of(new News.Over(channel, json.path("read").booleanValue(false)));
      case "read" -> Optional.of(new News.Read(channel, number));
      case "left" -> Optional.of(new News.Left(channel));
      default -> Optional.empty();
    };
  }

  private static Message message(byte[] bytes) throws MalformedMessageException {
    return CODEC.read(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Reader reader(JsonNode json) {
    return new Reader(json.path("gateway").stringValue(""), json.path("channel").stringValue(""));
  }

  private static Watched resource(JsonNode json) {
    return new Watched(name(json.path("server")), json.path("uri").stringValue(""));
  }

  private static ObjectName name(JsonNode json) {
    return new ObjectName(
        json.path("namespace").stringValue(""), json.path("name").stringValue(""));
  }
}
