package dev.sluice.operator.report;

import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.publish.Reach;
import dev.sluice.operator.world.Seen;
import dev.sluice.xds.ads.Rejection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says of an object what is true of it. Pure.
///
/// @param rejections what Envoys said against the configuration in force
/// @param servers what gateways say of servers of tools
record Judge(
    Outcome outcome,
    Reach reach,
    List<Rejection> rejections,
    Map<ObjectName, ServerStanding> servers,
    Instant now) {

  private static final int GATEWAYS_SHOWN_MAX = 3;

  /// @param generation the published one that has the object's present version
  Conditions judge(Seen object, long generation) {
    var problems = outcome.problems(object);
    var accepted = Verdict.accepted(problems, outcome.warnings(object));
    var resolved = Verdict.resolved(problems);
    boolean good = accepted.holds() && resolved.holds();
    var programmed = good ? programmed(object, generation) : kept(object);
    return new Conditions(accepted, resolved, programmed, ready(object, programmed));
  }

  private Verdict kept(Seen object) {
    return outcome.inForce(object.id())
        ? Verdict.no("LastGoodVersion", "the last good version stays in force")
        : Verdict.no("NotInForce", "no version is in force");
  }

  private Verdict programmed(Seen object, long generation) {
    for (var rejection : rejections) {
      if (object.id().kind().equals("Provider")
          && rejection.provider().filter(object.id().name()::equals).isPresent()) {
        return Verdict.no("Rejected", "Envoy: " + rejection.sentence());
      }
    }
    var hindrance = outcome.hindrance();
    if (generation == Long.MAX_VALUE) {
      return hindrance == null
          ? Verdict.no("Pending", "it is being published")
          : Verdict.unknown("RedisUnavailable", hindrance);
    }
    var away = reach.away();
    if (away != null) {
      return Verdict.unknown("RedisUnavailable", away);
    }
    if (reach.generations().isEmpty()) {
      return Verdict.no("NoGateway", "no gateway reports (expected: at least one)");
    }
    var without = reach.without(generation);
    return without.isEmpty()
        ? Verdict.yes("Programmed", "every gateway has this version")
        : Verdict.no("Pending", pending(without));
  }

  private String pending(List<String> without) {
    var shown = String.join(", ", without.subList(0, Math.min(GATEWAYS_SHOWN_MAX, without.size())));
    var text = new StringBuilder();
    text.append(without.size()).append(" of ").append(reach.generations().size());
    text.append(" gateways do not have this version yet: ").append(shown);
    for (var gateway : without) {
      var said = reach.rejections().getOrDefault(gateway, reach.refusals().get(gateway));
      if (said != null) {
        return text.append("; ").append(gateway).append(": ").append(said).toString();
      }
    }
    return text.toString();
  }

  /// A bad version of an object whose last good one serves is not ready: what was written is not
  /// what happens.
  private Verdict ready(Seen object, Verdict programmed) {
    if (!programmed.holds()) {
      return new Verdict(programmed.status(), programmed.reason(), programmed.message());
    }
    if (object.id().kind().equals("McpServer")) {
      return connected(servers.get(object.id().name()));
    }
    var key =
        object.id().kind().equals("VirtualKey") ? outcome.keys().get(object.id().name()) : null;
    return key == null
        ? Verdict.yes("Ready", "in force at every gateway")
        : ready(key, outcome.warnings(object));
  }

  /// @param standing null where no gateway reports on it
  private static Verdict connected(@Nullable ServerStanding standing) {
    if (standing == null) {
      return Verdict.unknown("NotReported", "no gateway has reported on its connection");
    }
    var error = standing.lastError();
    if (!standing.connected()) {
      return Verdict.no("Disconnected", error == null ? "a gateway is not connected" : error);
    }
    return standing.toolless() && error != null
        ? Verdict.no("NoTools", error)
        : Verdict.yes("Ready", "every gateway is connected");
  }

  private Verdict ready(KeyPolicy key, List<Problem> warnings) {
    var expiresAt = key.expiresAt();
    if (key.suspended()) {
      return Verdict.no("Suspended", "spec.suspended is true");
    }
    if (expiresAt != null && !now.isBefore(expiresAt)) {
      return Verdict.no("Expired", "spec.expiresAt was " + expiresAt);
    }
    return Verdict.useful(warnings);
  }
}
