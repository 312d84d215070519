package dev.sluice.wire.anthropic;

import dev.sluice.core.price.Tokens;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Puts together the usage that an answer reports in pieces.
///
/// A stream reports in `message_start`, in `message_delta`, or in both; the numbers are cumulative,
/// so field by field the last one that is not null wins. An answer that is not streamed has one
/// `usage`.
///
/// Cache writes are billed by lifetime. The split comes with the total in `message_start`, while a
/// later `message_delta` repeats the total only: what the total has beyond the split counts as
/// written for five minutes, the API's default; the longer lifetime exists only in answers with the
/// split.
public final class UsageMerge {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long ABSENT = -1;

  /// A member of a usage that the gateway wrote where the provider told none.
  public static final String ESTIMATED = "estimated";

  /// More than any answer has: what is beyond is no count, and would be too much for a sum.
  private static final long TOKENS_MAX = 1L << 40;

  private long input = ABSENT;
  private long output = ABSENT;
  private long cacheRead = ABSENT;
  private long cacheWrite = ABSENT;
  private long cacheWrite5m = ABSENT;
  private long cacheWrite1h = ABSENT;
  private long webSearches = ABSENT;
  private final ObjectNode told = JSON.createObjectNode();
  private boolean finished;

  /// Adds the data of a `message_start` event.
  public UsageMerge start(@Nullable String event) {
    var message = read(event).path("message");
    add(message.path("usage"));
    return this;
  }

  /// Adds the data of a `message_delta` event.
  public UsageMerge delta(@Nullable String event) {
    var usage = read(event).path("usage");
    finished |= usage.path("output_tokens").isIntegralNumber();
    add(usage);
    return this;
  }

  /// Adds the `usage` of an answer that is not streamed. Embeddings have input only, in OpenAI's
  /// words; some services tell the total alone. An estimate of the gateway's own tells nothing.
  public UsageMerge whole(@Nullable String usage) {
    var read = read(usage);
    if (read.path(ESTIMATED).asBoolean(false)) {
      return this;
    }
    finished |= read.path("output_tokens").isIntegralNumber();
    long embedded =
        Math.max(last(read.path("prompt_tokens"), 0), last(read.path("total_tokens"), 0));
    if (embedded > 0 && !read.has("output_tokens")) {
      finished = true;
      input = embedded;
    }
    add(read);
    return this;
  }

  /// Notes that the answer reached its end: it will report no more than it did.
  public UsageMerge stopped() {
    finished = true;
    return this;
  }

  /// Whether the answer reported its input; no call reads nothing, so zeros are no report.
  public boolean started() {
    return tokens().inputInAll() > 0;
  }

  /// Whether the answer reported its final output.
  public boolean finished() {
    return finished && started();
  }

  /// All that was reported so far, as it was; null where nothing was.
  public @Nullable JsonNode told() {
    return told.isEmpty() ? null : told;
  }

  private static void merge(ObjectNode into, JsonNode later) {
    for (var member : later.properties()) {
      var value = member.getValue();
      if (value.isObject() && into.get(member.getKey()) instanceof ObjectNode known) {
        merge(known, value);
      } else if (!value.isNull()) {
        into.set(member.getKey(), value);
      }
    }
  }

  /// What was reported so far, by class.
  public Tokens tokens() {
    long split = orZero(cacheWrite5m) + orZero(cacheWrite1h);
    long unsplit = Math.max(orZero(cacheWrite) - split, 0);
    return new Tokens(
        orZero(input),
        orZero(output),
        orZero(cacheRead),
        orZero(cacheWrite5m) + unsplit,
        orZero(cacheWrite1h),
        orZero(webSearches));
  }

  private void add(JsonNode usage) {
    merge(told, usage);
    input = last(usage.path("input_tokens"), input);
    output = last(usage.path("output_tokens"), output);
    cacheRead = last(usage.path("cache_read_input_tokens"), cacheRead);
    cacheWrite = last(usage.path("cache_creation_input_tokens"), cacheWrite);
    var writes = usage.path("cache_creation");
    cacheWrite5m = last(writes.path("ephemeral_5m_input_tokens"), cacheWrite5m);
    cacheWrite1h = last(writes.path("ephemeral_1h_input_tokens"), cacheWrite1h);
    var uses = usage.path("server_tool_use");
    webSearches = last(uses.path("web_search_requests"), webSearches);
  }

  private static long last(JsonNode field, long before) {
    boolean counts = field.isIntegralNumber() && field.canConvertToLong();
    return counts && field.longValue() >= 0 && field.longValue() <= TOKENS_MAX
        ? field.longValue()
        : before;
  }

  private static long orZero(long count) {
    return count == ABSENT ? 0 : count;
  }

  /// An event that was cut is as good as none: what it reported is then estimated.
  private static JsonNode read(@Nullable String json) {
    if (json == null) {
      return JSON.missingNode();
    }
    try {
      return JSON.readTree(json);
    } catch (JacksonException _) {
      return JSON.missingNode();
    }
  }
}
