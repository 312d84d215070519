package dev.sluice.operator.report;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What one condition says.
///
/// @param status `True`, `False` or `Unknown`
/// @param reason one CamelCase word
/// @param message a sentence for people; never a secret
record Verdict(String status, String reason, String message) {

  /// Of many problems the first are told.
  private static final int PROBLEMS_MAX = 5;

  private static final int MESSAGE_CHARS_MAX = 4096;

  static Verdict yes(String reason, String message) {
    return new Verdict("True", reason, cut(message));
  }

  static Verdict no(String reason, String message) {
    return new Verdict("False", reason, cut(message));
  }

  private static String cut(String message) {
    return message.substring(0, Math.min(message.length(), MESSAGE_CHARS_MAX));
  }

  static Verdict unknown(String reason, String message) {
    return new Verdict("Unknown", reason, message);
  }

  boolean holds() {
    return status.equals("True");
  }

  /// Whether the object makes sense by itself and beside the others.
  static Verdict accepted(List<Problem> problems, List<Problem> warnings) {
    var told = told(problems, problem -> !refers(problem), "Accepted", "the object is valid");
    return !told.holds() || warnings.isEmpty()
        ? told
        : yes("Ineffective", "the object is valid, but " + words(warnings));
  }

  /// Whether a key that is in force may use a model.
  static Verdict useful(List<Problem> warnings) {
    var nothing =
        warnings.stream()
            .filter(warning -> warning.fault() instanceof Fault.NothingAllowed)
            .toList();
    return nothing.isEmpty()
        ? yes("Ready", "in force at every gateway")
        : no(reason(nothing.getFirst().fault()), words(nothing));
  }

  /// Whether all that it refers to is there and in force.
  static Verdict resolved(List<Problem> problems) {
    return told(problems, Verdict::refers, "ResolvedRefs", "all references lead to something");
  }

  private static boolean refers(Problem problem) {
    return problem.fault() instanceof Fault.Unresolved
        || problem.fault() instanceof Fault.NotPermitted;
  }

  private static Verdict told(
      List<Problem> problems, Predicate<Problem> which, String good, String sentence) {
    var found = problems.stream().filter(which).toList();
    if (found.isEmpty()) {
      return yes(good, sentence);
    }
    return no(reason(found.getFirst().fault()), words(found));
  }

  private static String words(List<Problem> found) {
    var more =
        found.size() > PROBLEMS_MAX ? "; and " + (found.size() - PROBLEMS_MAX) + " more" : "";
    var message =
        found.stream().limit(PROBLEMS_MAX).map(Verdict::words).collect(Collectors.joining("; "));
    return message + more;
  }

  /// The field and what is wrong with it; lines mean nothing in a cluster.
  private static String words(Problem problem) {
    var fault = problem.fault().text();
    return problem.field().isEmpty() ? fault : problem.field() + ": " + fault;
  }

  private static String reason(Fault fault) {
    return switch (fault) {
      case Fault.Unexpected _ -> "Invalid";
      case Fault.Missing _ -> "Missing";
      case Fault.UnknownField _ -> "UnknownField";
      case Fault.NotSupportedYet _ -> "NotSupported";
      case Fault.Unreadable _ -> "Unreadable";
      case Fault.Taken _ -> "Conflict";
      case Fault.NotPermitted _ -> "RefNotPermitted";
      case Fault.Unresolved _ -> "RefNotResolved";
      case Fault.Ineffective _ -> "Ineffective";
      case Fault.NothingAllowed _ -> "NothingAllowed";
    };
  }
}
