package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.usage.ToolNote;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.mcp.govern.redact.Redactor;
import dev.sluice.mcp.upstream.call.Call;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Writes the record of a message, its line in the log, and its meters. Content is in the record
/// only, and only where the server's policy has it recorded.
final class CallRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(CallRecorder.class);
  private static final String LEFT_OUT = "[left out: the rules could not say what to redact]";

  static final Content NOTHING = new Content(null, null);

  /// Of the policy in force.
  private record Rules(List<String> texts, Redactor redactor) {}

  /// What a record keeps of a call's content.
  record Content(@Nullable String input, @Nullable String output) {}

  private final UsageSink sink;
  private final ToolMeters meters;
  private final ConcurrentMap<ObjectName, Rules> rules = new ConcurrentHashMap<>();

  CallRecorder(UsageSink sink, ToolMeters meters) {
    this.sink = sink;
    this.meters = meters;
  }

  /// May take its time, as long as the rules may.
  Content content(Asked asked, End end) {
    if (!asked.ofTool()) {
      return NOTHING;
    }
    var recording = asked.server().recording();
    var said = end.said();
    return new Content(
        recording.inputs() ? kept(asked.server(), asked.call().params().path("arguments")) : null,
        recording.outputs() && said != null ? kept(asked.server(), said) : null);
  }

  private String kept(ToolServer server, JsonNode content) {
    var kept = counted(server, redactor(server).redact(content));
    return kept.map(Asked::writable).orElse(LEFT_OUT);
  }

  private <T> Optional<T> counted(ToolServer server, Optional<T> kept) {
    if (kept.isEmpty()) {
      meters.leftOut(server.name().label());
    }
    return kept;
  }

  private Redactor redactor(ToolServer server) {
    var texts = server.recording().redact();
    return rules
        .compute(
            server.name(),
            (_, known) ->
                known != null && known.texts().equals(texts)
                    ? known
                    : new Rules(texts, new Redactor(texts, Redactor.Bounds.STANDARD)))
        .redactor();
  }

  /// The prompt or the resource that a message names, as its record may have it. An address can
  /// have a secret in it, so the rules read it.
  @Nullable String name(ToolServer server, Call call) {
    var name = MessageNames.of(call);
    return name.isEmpty()
        ? null
        : counted(server, redactor(server).redactText(name)).orElse(LEFT_OUT);
  }

  /// Does not block.
  void write(Asked asked, End end, Content content, NanoUsd added) {
    long nanos = System.nanoTime() - asked.startedNanos();
    var server = asked.server().name().label();
    if (asked.ofTool()) {
      meters.ended(server, end.outcome().word(), nanos);
    } else {
      meters.passed(server, MessageNames.known(asked.call().method()), end.outcome().word());
    }
    meters.posted(server, added);
    if (end.cutBytes() > 0) {
      meters.cut(server);
    }
    keep(record(asked.note(), asked.startedAt(), nanos, end, content, added));
  }

  /// Of a tool of the gateway's own; no policy says whether its content may be recorded, so none
  /// is. Does not block.
  void write(ToolNote note, String tool, Instant startedAt, long nanos, End end) {
    meters.answered(tool, end.outcome().word());
    keep(record(note, startedAt, nanos, end, NOTHING, NanoUsd.ZERO));
  }

  private void keep(ToolRecord usage) {
    log(usage);
    try {
      sink.write(usage);
    } catch (RuntimeException e) {
      // The sink is not ours: the call is settled, and the next one must still be served.
      meters.lost();
      LOG.error("the record of a message of {} could not be written", usage.requestId(), e);
    }
  }

  private static ToolRecord record(
      ToolNote note, Instant startedAt, long nanos, End end, Content content, NanoUsd added) {
    return new ToolRecord(
        startedAt,
        note.requestId(),
        note.key(),
        note.owner(),
        note.team(),
        note.session(),
        note.toolUseId(),
        note.server(),
        note.method(),
        note.name(),
        note.digest(),
        note.inputBytes(),
        end.saidBytes(),
        end.cutBytes(),
        TimeUnit.NANOSECONDS.toMillis(nanos),
        end.outcome(),
        end.reason(),
        added,
        note.policyVersion(),
        content.input(),
        content.output());
  }

  private static void log(ToolRecord usage) {
    LOG.atInfo()
        .addKeyValue("requestId", usage.requestId())
        .addKeyValue("key", usage.key())
        .addKeyValue("owner", usage.owner())
        .addKeyValue("team", usage.team())
        .addKeyValue("session", usage.session())
        .addKeyValue("toolUseId", usage.toolUseId())
        .addKeyValue("server", usage.server())
        .addKeyValue(usage.ofTool() ? "tool" : "name", usage.name())
        .addKeyValue("method", usage.method())
        .addKeyValue("digest", usage.digest())
        .addKeyValue("inputBytes", usage.inputBytes())
        .addKeyValue("resultBytes", usage.resultBytes())
        .addKeyValue("cutBytes", usage.cutBytes())
        .addKeyValue("durationMs", usage.durationMs())
        .addKeyValue("outcome", usage.outcome().word())
        .addKeyValue("reason", usage.reason())
        .addKeyValue("costUsd", usage.cost().toUsd())
        .addKeyValue("policyVersion", usage.policyVersion())
        .log(words(usage));
  }

  private static String words(ToolRecord usage) {
    return switch (usage.kind()) {
      case TOOL -> "tool call";
      case MESSAGE -> "tool message";
      case META_TOOL -> "meta-tool call";
    };
  }
}
