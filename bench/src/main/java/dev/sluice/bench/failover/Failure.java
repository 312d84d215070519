package dev.sluice.bench.failover;

/// How the first provider of a plan fails.
sealed interface Failure {

  /// With an error status and a short body.
  record Status(int status) implements Failure {}

  /// The connection ends before an answer.
  ///
  /// @param reset with RST, else with FIN
  record HangUp(boolean reset) implements Failure {}

  /// No byte comes for as long as the plan waits.
  record Silence() implements Failure {}

  /// Nobody listens.
  record NoConnection() implements Failure {}

  /// It does not: it answers.
  record None() implements Failure {}
}
