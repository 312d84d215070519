package dev.sluice.compiler.tools;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.Values;
import dev.sluice.compiler.rules.Visibility;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.mcp.ToolServer.Pins;
import dev.sluice.core.mcp.ToolServer.Recording;
import dev.sluice.core.mcp.ToolServer.Timeouts;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.schema.Text;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks an McpServer.
public final class ServerRules {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration FIRST_BYTE = Duration.ofSeconds(60);
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration TOTAL = Duration.ofMinutes(5);

  private static final Values.Bound CALL_USD_MAX =
      new Values.Bound("1000", "a thousand dollars a call");
  private static final long RESULT_BYTES = 1 << 20;
  private static final long RESULT_BYTES_MIN = 1024;
  private static final long RESULT_BYTES_MAX = 32 << 20;

  private ServerRules() {}

  /// A plan that is valid where nothing was complained of, else null.
  public static @Nullable ServerPlan check(
      ObjectName name, McpServer.Spec spec, Complaints complaints) {
    if (!NAME.matcher(name.name()).matches()) {
      complaints.unexpected("metadata.name", name.name(), McpServer.NAME_MESSAGE);
    }
    var reach = ReachRules.check(name, spec, complaints);
    var tools = spec.tools();
    var allowed = tools == null ? null : tools.allow();
    var server =
        new ToolServer(
            name,
            reach.reach(),
            timeouts(spec.timeouts(), complaints),
            allowed == null ? Globs.ALL : globs(allowed, "spec.tools.allow", complaints),
            globs(tools == null ? List.of() : tools.deny(), "spec.tools.deny", complaints),
            pins(spec.pinning()),
            digests(spec, complaints),
            Boolean.TRUE.equals(spec.codeMode()),
            price(spec.pricePerCallUsd(), complaints),
            recording(spec.recording(), complaints),
            resultBytesMax(spec.resultBytesMax(), complaints));
    var tls = spec.tls();
    var visibility = Visibility.check(spec.allowedNamespaces(), complaints);
    return complaints.problems().isEmpty()
        ? new ServerPlan(server, reach.secrets(), tls == null ? null : tls.caRef(), visibility)
        : null;
  }

  private static Globs globs(List<String> patterns, String path, Complaints complaints) {
    return Values.globs(Text.TOOL_GLOB, patterns, path, complaints);
  }

  private static Timeouts timeouts(McpServer.@Nullable Timeouts spec, Complaints complaints) {
    if (spec == null) {
      return new Timeouts(CONNECT, FIRST_BYTE, IDLE, TOTAL);
    }
    return new Timeouts(
        Values.duration(spec.connect(), CONNECT, "spec.timeouts.connect", complaints),
        Values.duration(spec.firstByte(), FIRST_BYTE, "spec.timeouts.firstByte", complaints),
        Values.duration(spec.idle(), IDLE, "spec.timeouts.idle", complaints),
        Values.duration(spec.total(), TOTAL, "spec.timeouts.total", complaints));
  }

  private static Pins pins(McpServer.@Nullable Pinning spec) {
    return switch (spec) {
      case null -> Pins.FIRST_USE;
      case None -> Pins.NONE;
      case FirstUse -> Pins.FIRST_USE;
      case Approve -> Pins.APPROVE;
    };
  }

  private static Set<String> digests(McpServer.Spec spec, Complaints complaints) {
    var digests = spec.approvedDigests();
    if (!digests.isEmpty() && spec.pinning() == McpServer.Pinning.None) {
      complaints.unexpected(
          "spec.approvedDigests", digests.size() + " of them", "not with pinning: None");
    }
    for (int i = 0; i < digests.size(); i++) {
      Values.check(Text.DIGEST, digests.get(i), "spec.approvedDigests[" + i + "]", complaints);
    }
    return new TreeSet<>(digests);
  }

  private static NanoUsd price(@Nullable String usd, Complaints complaints) {
    return usd == null
        ? NanoUsd.ZERO
        : Values.decimal(usd, CALL_USD_MAX, "spec.pricePerCallUsd", complaints)
            .map(NanoUsd::parse)
            .orElse(NanoUsd.ZERO);
  }

  private static Recording recording(McpServer.@Nullable Recording spec, Complaints complaints) {
    if (spec == null) {
      return Recording.NONE;
    }
    for (int i = 0; i < spec.redact().size(); i++) {
      var expression = spec.redact().get(i);
      var at = "spec.recording.redact[" + i + "]";
      Values.check(Text.REGEX, expression, at, complaints);
      var flaw = Expressions.flaw(expression);
      if (flaw != null) {
        complaints.unexpected(at, expression, flaw);
      }
    }
    return new Recording(
        Boolean.TRUE.equals(spec.inputs()), Boolean.TRUE.equals(spec.outputs()), spec.redact());
  }

  private static long resultBytesMax(@Nullable Long bytes, Complaints complaints) {
    Values.within(RESULT_BYTES_MIN, bytes, RESULT_BYTES_MAX, "spec.resultBytesMax", complaints);
    return bytes == null ? RESULT_BYTES : bytes;
  }
}
