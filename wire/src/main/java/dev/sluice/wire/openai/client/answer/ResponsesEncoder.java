package dev.sluice.wire.openai.client.answer;

import dev.sluice.wire.openai.client.ClientRequest.Wanted;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.Grown;
import dev.sluice.wire.translate.AnswerEvent.Opened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a response: its events, numbered in their order, or, in one piece, what the last of them
/// tells. The last event repeats all output, so that much is kept.
final class ResponsesEncoder implements ClientEncoder {

  /// Of all output together.
  private static final int OUTPUT_CHARS_MAX = AnswerDecoder.EVENT_BYTES_MAX;

  private final Wanted.Responses wanted;
  private final Instant createdAt;

  /// Items that ended, by their place: one that was searched for ends after others.
  private final SortedMap<Integer, ObjectNode> ended = new TreeMap<>();

  /// Of which it is not known yet what they came to, by their ids.
  private final Map<String, ResponseItem> searched = new LinkedHashMap<>();

  private ObjectNode response = JSON.createObjectNode();
  private String id = "";
  private @Nullable ResponseItem open;
  private int items;
  private long chars;
  private int sequence;
  private boolean over;

  ResponsesEncoder(Wanted.Responses wanted, Instant createdAt) {
    this.wanted = wanted;
    this.createdAt = createdAt;
  }

  @Override
  public byte[] encode(List<AnswerEvent> events) {
    var out = new ByteArrayOutputStream();
    for (var event : events) {
      if (!over) {
        write(event, out);
      }
    }
    return out.toByteArray();
  }

  private void write(AnswerEvent event, ByteArrayOutputStream out) {
    switch (event) {
      case Begun begun -> begin(begun, out);
      case FoundOpened found -> {
        var search = searched.remove(found.searchId());
        if (search != null) {
          search.found(found);
          end(search, out);
        }
      }
      case Opened opened -> {
        open = ResponseItem.open(opened, id, items++);
        send(open.begin(), out);
        if (opened instanceof SearchOpened(var searchId)) {
          var other = searched.put(searchId, open);
          if (other != null) {
            end(other, out);
          }
        }
      }
      case Grown grown -> grow(grown, out);
      case Closed _ -> close(out);
      case Ended answer -> end(answer, out);
      case Failed(var error) -> fail(error, out);
    }
  }

  /// A search ends when it is known what it came to.
  private void close(ByteArrayOutputStream out) {
    if (open != null && !open.isSearch()) {
      end(open, out);
    }
    open = null;
  }

  private void end(ResponseItem item, ByteArrayOutputStream out) {
    send(item.end(), out);
    ended.put(item.index(), item.json());
  }

  private ArrayNode output() {
    return JSON.createArrayNode().addAll(ended.values());
  }

  private ResponseItem item() {
    if (open == null) {
      throw new IllegalStateException("BUG: a block that was not opened");
    }
    return open;
  }

  private void begin(Begun begun, ByteArrayOutputStream out) {
    id = ClientEncoder.id("", begun.id());
    response = JSON.createObjectNode().put("id", "resp_" + id).put("object", "response");
    response.put("created_at", createdAt.getEpochSecond()).put("status", "in_progress");
    response.putNull("error").putNull("incomplete_details").put("model", begun.model());
    response.putArray("output");
    response.setAll(wanted.echo());
    response.putNull("usage");
    send(List.of(told("response.created"), told("response.in_progress")), out);
  }

  private ObjectNode told(String type) {
    var event = JSON.createObjectNode().put("type", type);
    return event.set("response", response.deepCopy());
  }

  private void grow(Grown grown, ByteArrayOutputStream out) {
    var item = item();
    send(item.grow(grown), out);
    chars += ResponseItem.chars(grown);
    if (chars > OUTPUT_CHARS_MAX) {
      var words = "the answer has more than " + OUTPUT_CHARS_MAX + " characters";
      fail(new ProviderError(Kind.SERVER, words), out);
    }
  }

  private void end(Ended answer, ByteArrayOutputStream out) {
    searched.values().forEach(search -> end(search, out));
    over = true;
    var reason = incomplete(answer.reason());
    response.put("status", reason == null ? "completed" : "incomplete");
    if (reason != null) {
      response.putObject("incomplete_details").put("reason", reason);
    }
    response.set("output", output());
    response.set("usage", usage(answer));
    long searches = ClientEncoder.tokens(answer).webSearches();
    if (searches > 0) {
      response.putObject("tool_usage").putObject("web_search").put("num_requests", searches);
    }
    last(reason == null ? "response.completed" : "response.incomplete", out);
  }

  /// Null for an answer that ended as it should.
  private static @Nullable String incomplete(StopReason reason) {
    return switch (reason) {
      case MAX_TOKENS, CONTEXT_FULL -> "max_output_tokens";
      case REFUSAL -> "content_filter";
      case END_TURN, STOP_SEQUENCE, TOOL_USE, PAUSE_TURN -> null;
    };
  }

  private static ObjectNode usage(Ended ended) {
    var tokens = ClientEncoder.tokens(ended);
    long input = tokens.inputInAll();
    var usage = JSON.createObjectNode().put("input_tokens", input);
    ClientEncoder.cached(usage.putObject("input_tokens_details"), tokens);
    usage.put("output_tokens", tokens.output());
    usage
        .putObject("output_tokens_details")
        .put("reasoning_tokens", ClientEncoder.thinkingTokens(ended.usage()));
    return usage.put("total_tokens", input + tokens.output());
  }

  /// A stream that has begun ends with a response that failed; all else is an error.
  private void fail(ProviderError error, ByteArrayOutputStream out) {
    over = true;
    var envelope = ClientError.of(error).path("error");
    if (!wanted.stream()) {
      out.writeBytes(JSON.writeValueAsBytes(ClientError.of(error)));
    } else if (response.isEmpty()) {
      var event = JSON.createObjectNode().put("type", "error");
      event.set("code", envelope.path("code"));
      event.set("message", envelope.path("message"));
      send(List.of(event.putNull("param")), out);
    } else {
      var code = envelope.path("code");
      response.put("status", "failed");
      response
          .putObject("error")
          .put("code", code.isNull() ? "server_error" : code.stringValue())
          .set("message", envelope.path("message"));
      response.set("output", output());
      last("response.failed", out);
    }
  }

  private void last(String type, ByteArrayOutputStream out) {
    if (wanted.stream()) {
      send(List.of(told(type)), out);
    } else {
      out.writeBytes(JSON.writeValueAsBytes(response));
    }
  }

  private void send(List<ObjectNode> events, ByteArrayOutputStream out) {
    if (!wanted.stream()) {
      return;
    }
    for (var event : events) {
      event.put("sequence_number", sequence++);
      JsonNode type = event.path("type");
      out.writeBytes(ClientEncoder.event(type.stringValue(), event));
    }
  }
}
