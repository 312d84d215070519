package dev.sluice.testkit.openai;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.openai.answer.ResponseJson;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.OpenAiConfig.Host;
import dev.sluice.testkit.openai.config.Quirks.ErrorShape;
import dev.sluice.testkit.openai.rules.RefusedException.Reason;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The frame of the answers of OpenAI, of Azure, and of services with habits of their own.
record ServiceEnvelope(OpenAiConfig config) implements Envelope {

  private static final int STATUS_ERROR = 500;
  private static final int STATUS_BUSY = 503;

  /// MiniMax's own, by what others have as a status.
  private static final Map<Integer, Integer> BASE_CODES =
      Map.of(400, 2013, 401, 1004, 402, 1008, 429, 1002, 504, 1001);

  private static final int BASE_CODE_UNKNOWN = 1000;

  /// What scripts call an error, as this provider has it; other types stay as they are.
  private enum Known {
    BUSY(STATUS_BUSY, new Reason("server_error", "", "")),
    BROKEN(STATUS_ERROR, new Reason("server_error", "", "")),
    LIMITED(429, new Reason("requests", "", "rate_limit_exceeded")),
    WITHOUT_QUOTA(429, new Reason("insufficient_quota", "", "insufficient_quota")),
    UNKNOWN_KEY(401, new Reason("invalid_request_error", "", "invalid_api_key")),
    WRONG(400, new Reason("invalid_request_error", "", ""));

    private final int status;
    private final Reason reason;

    Known(int status, Reason reason) {
      this.status = status;
      this.reason = reason;
    }
  }

  private static final Map<String, Known> BY_TYPE =
      Map.of(
          "overloaded_error", Known.BUSY,
          "api_error", Known.BROKEN,
          "server_error", Known.BROKEN,
          "rate_limit_error", Known.LIMITED,
          "insufficient_quota", Known.WITHOUT_QUOTA,
          "authentication_error", Known.UNKNOWN_KEY,
          "invalid_request_error", Known.WRONG);

  @Override
  public List<Header> headers(String requestId, String contentType) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("content-type", contentType));
    headers.add(new Header("x-request-id", requestId));
    switch (config.door().host()) {
      case OPENAI -> {
        headers.add(new Header("openai-organization", "simulated"));
        headers.add(new Header("openai-processing-ms", "1"));
        headers.add(new Header("openai-version", "2020-10-01"));
      }
      case AZURE -> {
        headers.add(new Header("apim-request-id", requestId));
        headers.add(new Header("x-ms-region", "simulated"));
      }
    }
    // The provider's own limits, of its account: a gateway must not pass them on.
    headers.add(new Header("x-ratelimit-limit-requests", "10000"));
    headers.add(new Header("x-ratelimit-remaining-requests", "9999"));
    headers.add(new Header("x-ratelimit-reset-requests", "6ms"));
    headers.add(new Header("x-ratelimit-limit-tokens", "30000000"));
    headers.add(new Header("x-ratelimit-remaining-tokens", "29999000"));
    headers.add(new Header("x-ratelimit-reset-tokens", "2ms"));
    return headers;
  }

  @Override
  public String streamType() {
    return "text/event-stream; charset=utf-8";
  }

  /// The status stays the script's, but for those that only Anthropic has.
  @Override
  public Reply.Page failure(String requestId, Reply.Failure failure) {
    var status = failure.status() == 529 ? STATUS_BUSY : failure.status();
    return refusal(status, failure.message(), reason(failure.type()));
  }

  @Override
  public int status(Delivery.Break error) {
    return BY_TYPE.getOrDefault(error.type(), Known.BROKEN).status;
  }

  /// A chat has the error in place of a chunk; a response has it as an event, and then fails.
  @Override
  public Event broken(ApiCall call, int events, Delivery.Break error) {
    var reason = reason(error.type());
    if (!(call.format() instanceof ResponsesFormat)) {
      var json = error(status(error), error.message(), reason);
      return SseEvent.unnamed(json.toString());
    }
    var told = object().put("type", "error").put("sequence_number", events);
    told.set("error", details(error.message(), reason));
    var code = reason.code().isEmpty() ? reason.type() : reason.code();
    var failed = object().put("type", "response.failed").put("sequence_number", events + 1);
    failed.set("response", ResponseJson.failed(call, config.clock(), code, error.message()));
    return SseEvent.typed(told).then(SseEvent.typed(failed));
  }

  Reply.Page refusal(int status, String message, Reason reason) {
    var json = error(status, message, reason);
    int told = config.quirks().errors() == ErrorShape.BASE_RESPONSE ? 200 : status;
    return new Reply.Page(told, "application/json", json.toString());
  }

  private static Reason reason(String type) {
    return BY_TYPE.containsKey(type) ? BY_TYPE.get(type).reason : new Reason(type, "", "");
  }

  private ObjectNode error(int status, String message, Reason reason) {
    var json = object();
    switch (config.quirks().errors()) {
      case OBJECT -> json.set("error", details(message, reason));
      case NUMERIC_CODE -> json.putObject("error").put("message", message).put("code", status);
      case TEXT -> json.put("error", message);
      case DETAIL -> json.put("detail", message);
      case DETAILS -> {
        var one = json.putArray("detail").addObject().put("type", reason.type());
        one.putArray("loc").add("body");
        one.put("msg", message);
      }
      case MESSAGE -> json.put("message", message);
      case BARE -> json.setAll(details(message, reason));
      case NAMED -> json.put("object", "error").setAll(details(message, reason));
      case CODE_AND_TEXT -> json.put("code", reason.type()).put("error", message);
      case BASE_RESPONSE ->
          json.putObject("base_resp")
              .put("status_code", BASE_CODES.getOrDefault(status, BASE_CODE_UNKNOWN))
              .put("status_msg", message);
    }
    return json;
  }

  /// Azure's own doors know only a code and a message.
  private ObjectNode details(String message, Reason reason) {
    if (config.door().host() == Host.AZURE && reason.type().isEmpty()) {
      return object().put("code", reason.code()).put("message", message);
    }
    return object()
        .put("message", message)
        .put("type", reason.type())
        .put("param", reason.param().isEmpty() ? null : reason.param())
        .put("code", reason.code().isEmpty() ? null : reason.code());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
