package dev.sluice.core.envoy;

/// The names that the Envoy configuration (module `xds`) and the Java service (module `extproc`)
/// agree on. A change here changes both at once.
public final class DataPlane {

  /// Headers with this prefix are internal: Envoy removes them from every request of a client.
  public static final String INTERNAL_PREFIX = "x-sluice-int-";

  /// Names the provider (`namespace/name`) of the first attempt; routes match on it.
  public static final String PROVIDER_HEADER = INTERNAL_PREFIX + "provider";

  /// What a script inside Envoy found in a plain body; absent where Java must read the body itself.
  public static final String FACTS_HEADER = INTERNAL_PREFIX + "facts";

  /// The betas that a cloud is told of Claude; its cluster makes them its header `anthropic-beta`.
  public static final String BETAS_HEADER = INTERNAL_PREFIX + "betas";

  /// The ticket of a request for tools that was let in, which the service of tools takes. Only the
  /// request phase sets it; what has it is in no access log.
  public static final String TICKET_HEADER = INTERNAL_PREFIX + "admission";

  /// Where tools are served, and below it.
  public static final String TOOLS_PATH = "/mcp";

  /// The largest body that is read there. The service of tools refuses a larger one, and Envoy one
  /// that is larger than any body may be.
  public static final int TOOLS_BODY_BYTES_MAX = 4 * 1024 * 1024;

  /// The cluster of the service of tools, beside this gateway.
  public static final String TOOLS_CLUSTER = "tools";

  /// The filter that asks for admission before a body is read; routes leave it out for small
  /// bodies.
  public static final String ADMISSION_FILTER = "gw.admission";

  /// The gRPC metadata that tells an admission from a request, and its value.
  public static final String PHASE_METADATA = "x-sluice-phase";

  public static final String ADMISSION_PHASE = "admission";

  /// Of a call for each attempt after the first.
  public static final String ATTEMPT_PHASE = "attempt";

  /// Tells such a call which attempt it is for; the first is 1.
  public static final String ATTEMPT_COUNT_HEADER = "x-envoy-attempt-count";

  /// The filter that puts requests of clients that speak OpenAI into the words of the Messages API,
  /// and their answers back; routes turn it on.
  public static final String CLIENT_FILTER = "gw.client";

  public static final String CLIENT_PHASE = "client";

  /// Dynamic metadata that this filter sets: the field [#CLIENT_UNTOLD].
  public static final String CLIENT_NAMESPACE = "sluice.client";

  /// What of the client's request has no word in the Messages API, and changes no answer: the names
  /// of members, for the header [#UNTOLD_FIELD].
  public static final String CLIENT_UNTOLD = "untold";

  /// Set by the cluster on every answer that comes from a provider: the provider's
  /// `namespace/name`. Local answers of Envoy lack it. Removed before the client sees the answer.
  public static final String ANSWERED_BY_HEADER = INTERNAL_PREFIX + "answered-by";

  /// What Bedrock tells in a header of its own about an answer: the tokens that were read. Removed
  /// before the client sees the answer.
  public static final String INPUT_TOKENS_HEADER = INTERNAL_PREFIX + "input-tokens";

  /// On an answer that came compressed, though nobody had asked for it: in which coding. What comes
  /// behind Envoy's decompressors learns of no end where it holds a part of such an answer back.
  public static final String ENCODED_HEADER = INTERNAL_PREFIX + "encoded";

  /// Dynamic metadata (a Struct) that the request phase sets: the fields `REPLY_*`.
  public static final String REPLY_NAMESPACE = "sluice.reply";

  /// Dynamic metadata that the request phase sets for the access log, where the hold is not called
  /// as the request is: the field [#HOLD_ID].
  public static final String HOLD_NAMESPACE = "sluice.hold";

  /// Under which the ledger knows the hold.
  public static final String HOLD_ID = "id";

  /// Typed dynamic metadata that the request phase sets: a PriorityGroupsOverride, the plan.
  public static final String PLAN_NAMESPACE = "sluice.plan";

  /// The field, and response header, that tells a lowered `max_tokens`.
  public static final String MAX_TOKENS_FIELD = "x-sluice-max-tokens";

  /// The field, and response header, that names the cheaper model that serves in place of the
  /// asked.
  public static final String MODEL_FIELD = "x-sluice-model";

  /// The field, and response header, of a request that went on without a hold: `unavailable`.
  public static final String LEDGER_FIELD = "x-sluice-ledger";

  /// What of a request its provider was not told, because its language has no word for it and no
  /// answer depends on it: the names of members.
  public static final String UNTOLD_FIELD = "x-sluice-untold";

  /// What the request phase says to the meter of an error: another place of the plan failed before,
  /// for now. Removed before the client sees the answer.
  public static final String AGAIN_HEADER = INTERNAL_PREFIX + "again";

  /// Dynamic metadata that the meter inside Envoy sets while an answer passes: fields `METER_*`.
  public static final String METER_NAMESPACE = "sluice.meter";

  /// The data of the `message_start` event, raw JSON.
  public static final String METER_START = "start";

  /// The data of the last `message_delta` event, raw JSON.
  public static final String METER_DELTA = "delta";

  /// `true` once `message_stop` passed.
  public static final String METER_STOPPED = "stopped";

  /// The data of an `error` event, or the start of an error body, raw.
  public static final String METER_ERROR = "error";

  /// The provider's own status where it answered with an error, decimal: the client may be told
  /// another one.
  public static final String METER_STATUS = "status";

  /// The whole value of the top-level `usage` of an answer that is not streamed, raw JSON.
  public static final String METER_USAGE = "usage";

  /// What could be seen so far: `text,thinking,signature,largest,open,bytes`, decimal numbers.
  /// `text` (with the inputs of tools), `thinking` and `largest`, the most in one event, are pieces
  /// of text; `signature` is bytes, of thinking that was not shown; `open` is the tokens told of
  /// thinking that goes on out of sight, else -1; `bytes` of the answer had passed by then.
  public static final String METER_VISIBLE = "visible";

  /// The provider's own `request-id`.
  public static final String METER_UPSTREAM_REQUEST_ID = "upstream_request_id";

  /// Every name of a cluster that serves a provider starts with this; the name of one of its
  /// credentials follows, [dev.sluice.core.policy.Upstream.Account#credential()].
  public static final String CLUSTER_PREFIX = "provider/";

  /// The name of the same cluster for attempts after the first, in which Java is asked again, ends
  /// with this.
  public static final String AGAIN_SUFFIX = "/again";

  /// The SDS name of a credential starts with this; its own name follows.
  public static final String SECRET_PREFIX = "credential/";

  /// The SDS name of the listener's own certificate and key.
  public static final String LISTENER_SECRET = "listener";

  /// How many attempts may follow the first. The request phase sets it, with [#RETRY_ON_HEADER],
  /// for a plan of more than one attempt.
  public static final String MAX_RETRIES_HEADER = "x-envoy-max-retries";

  /// Overrides the route's time until the first byte of an attempt, in milliseconds.
  public static final String FIRST_BYTE_TIMEOUT_HEADER = "x-envoy-upstream-rq-per-try-timeout-ms";

  /// Which failures lead to the next attempt. Without it there is none, and Envoy does not keep a
  /// copy of the body.
  public static final String RETRY_ON_HEADER = "x-envoy-retry-on";

  /// The value of [#RETRY_ON_HEADER]: no connection, no answer in time, a connection that broke
  /// before the answer began, statuses (listed in the routes), and what says that it is worth it.
  public static final String RETRY_ON =
      "connect-failure,refused-stream,reset,retriable-status-codes,retriable-headers";

  /// Further statuses that lead to the next attempt, comma-separated.
  public static final String RETRIABLE_HEADER = "x-envoy-retriable-status-codes";

  private DataPlane() {}
}
