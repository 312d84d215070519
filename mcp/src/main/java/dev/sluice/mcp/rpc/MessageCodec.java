package dev.sluice.mcp.rpc;

import static dev.sluice.mcp.rpc.MalformedMessageException.Fault.NOT_JSON;
import static dev.sluice.mcp.rpc.MalformedMessageException.Fault.NOT_JSON_RPC;
import static dev.sluice.mcp.rpc.MalformedMessageException.Fault.TOO_LARGE;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads messages from bytes within limits, and writes them on one line.
///
/// A name that comes twice in an object is refused: two readers could see two different calls.
public final class MessageCodec {

  private static final Set<String> OF_REQUEST = Set.of("jsonrpc", "id", "method", "params");
  private static final Set<String> OF_ANSWER = Set.of("jsonrpc", "id", "result");
  private static final Set<String> OF_FAILURE = Set.of("jsonrpc", "id", "error");

  private final MessageLimits limits;
  private final JsonMapper mapper;

  public MessageCodec(MessageLimits limits) {
    this.limits = limits;
    this.mapper = mapper(limits);
  }

  private static JsonMapper mapper(MessageLimits limits) {
    var constraints =
        StreamReadConstraints.builder()
            .maxTokenCount(limits.tokensMax())
            .maxNestingDepth(limits.depthMax())
            .maxStringLength(limits.messageBytesMax())
            .maxDocumentLength(limits.messageBytesMax())
            .maxNameLength(limits.nameCharsMax())
            .maxNumberLength(limits.numberCharsMax())
            .build();
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  public MessageLimits limits() {
    return limits;
  }

  /// The one message in these bytes.
  public Message read(byte[] bytes) throws MalformedMessageException {
    return message(tree(bytes));
  }

  /// The messages of a batch, as 2025-03-26 has them, or the one message.
  public List<Message> readAll(byte[] bytes) throws MalformedMessageException {
    var tree = tree(bytes);
    if (!tree.isArray()) {
      return List.of(message(tree));
    }
    if (tree.isEmpty() || tree.size() > limits.batchMessagesMax()) {
      throw new MalformedMessageException(
          NOT_JSON_RPC,
          "a batch of %d messages (expected: 1..%d)"
              .formatted(tree.size(), limits.batchMessagesMax()));
    }
    var messages = new ArrayList<Message>();
    for (var element : tree) {
      messages.add(message(element));
    }
    return messages;
  }

  /// Any JSON within the limits.
  public JsonNode tree(byte[] bytes) throws MalformedMessageException {
    if (bytes.length > limits.messageBytesMax()) {
      throw new MalformedMessageException(
          TOO_LARGE,
          "messageBytes: over %d (expected: at most that)".formatted(limits.messageBytesMax()));
    }
    try {
      var tree = mapper.readTree(bytes);
      if (tree.isMissingNode()) {
        throw new MalformedMessageException(NOT_JSON, "nothing (expected: JSON)");
      }
      return tree;
    } catch (StreamConstraintsException e) {
      if (e.getOriginalMessage().startsWith("Token count")) {
        throw new MalformedMessageException(
            TOO_LARGE, "tokens: over %d (expected: at most that)".formatted(limits.tokensMax()));
      }
      throw new MalformedMessageException(
          TOO_LARGE,
          "too deep, or a name or number too long (depthMax: " + limits.depthMax() + ")");
    } catch (JacksonException _) {
      // The text of the parser's exception repeats the bytes, which may be secret.
      throw new MalformedMessageException(
          NOT_JSON, "%d bytes that are no JSON".formatted(bytes.length));
    }
  }

  public byte[] write(Message message) {
    return write(message.json());
  }

  public byte[] write(JsonNode json) {
    try {
      return mapper.writeValueAsBytes(json);
    } catch (JacksonException _) {
      // Half of a surrogate pair has no form in UTF-8; escaped it passes as it came.
      return mapper
          .writer()
          .with(JsonWriteFeature.ESCAPE_NON_ASCII)
          .writeValueAsString(json)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static Message message(JsonNode tree) throws MalformedMessageException {
    if (!(tree instanceof ObjectNode json) || !json.path("jsonrpc").stringValue("").equals("2.0")) {
      throw new MalformedMessageException(NOT_JSON_RPC, "no message (expected: jsonrpc 2.0)");
    }
    if (json.has("method")) {
      return call(json);
    }
    return json.has("error") ? failure(json) : answer(json);
  }

  private static Message call(ObjectNode json) throws MalformedMessageException {
    var method = json.path("method").stringValue("");
    if (method.isEmpty()) {
      throw new MalformedMessageException(NOT_JSON_RPC, "method: no text (expected: its name)");
    }
    var params = params(json.get("params"));
    var rest = rest(json, OF_REQUEST);
    return json.has("id")
        ? new Message.Request(id(json), method, params, rest)
        : new Message.Notification(method, params, rest);
  }

  private static ObjectNode params(@Nullable JsonNode params) throws MalformedMessageException {
    if (params == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (params instanceof ObjectNode object) {
      return object;
    }
    throw new MalformedMessageException(NOT_JSON_RPC, "params: no object (expected: an object)");
  }

  private static Message answer(ObjectNode json) throws MalformedMessageException {
    @Nullable JsonNode result = json.get("result");
    if (result == null) {
      throw new MalformedMessageException(
          NOT_JSON_RPC, "neither method nor result nor error (expected: one of them)");
    }
    return new Message.Answer(id(json), result, rest(json, OF_ANSWER));
  }

  private static Message failure(ObjectNode json) throws MalformedMessageException {
    if (!(json.path("error") instanceof ObjectNode error)
        || json.has("result")
        || !error.path("code").isIntegralNumber()) {
      throw new MalformedMessageException(
          NOT_JSON_RPC, "error: not valid (expected: an object with a code, and no result)");
    }
    return new Message.Failure(
        RpcId.of(json.get("id")), new RpcError(error), rest(json, OF_FAILURE));
  }

  private static RpcId id(ObjectNode json) throws MalformedMessageException {
    Optional<RpcId> id = RpcId.of(json.get("id"));
    return id.orElseThrow(
        () ->
            new MalformedMessageException(
                NOT_JSON_RPC, "id: not valid (expected: a text or a whole number)"));
  }

  private static ObjectNode rest(ObjectNode json, Set<String> known) {
    var rest = JsonNodeFactory.instance.objectNode();
    json.properties()
        .forEach(
            field -> {
              if (!known.contains(field.getKey())) {
                rest.set(field.getKey(), field.getValue());
              }
            });
    return rest;
  }
}
