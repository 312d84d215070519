package dev.sluice.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.crds.Condition;
import dev.sluice.operator.world.Seen;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The four conditions of an object. A condition that says what it said before keeps the time of
/// its last transition.
///
/// @param accepted whether the object is valid
/// @param resolved whether its references lead to something
/// @param programmed whether every gateway has this version
/// @param ready whether it does what it is for
record Conditions(Verdict accepted, Verdict resolved, Verdict programmed, Verdict ready) {

  List<Condition> of(Seen object, Instant now) {
    return List.of(
        condition("Accepted", accepted, object, now),
        condition("ResolvedRefs", resolved, object, now),
        condition("Programmed", programmed, object, now),
        condition("Ready", ready, object, now));
  }

  private static Condition condition(String type, Verdict verdict, Seen object, Instant now) {
    var before = before(type, object.status());
    var since =
        before != null && verdict.status().equals(before.path("status").asText())
            ? before.path("lastTransitionTime").asText()
            : now.truncatedTo(ChronoUnit.SECONDS).toString();
    return new Condition(
        type, verdict.status(), object.generation(), since, verdict.reason(), verdict.message());
  }

  static @Nullable JsonNode before(String type, @Nullable JsonNode status) {
    if (status != null) {
      for (var condition : status.path("conditions")) {
        if (condition.path("type").asText().equals(type)) {
          return condition;
        }
      }
    }
    return null;
  }
}
