package dev.sluice.testkit.mcp;

import dev.sluice.testkit.http.Ending;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// How a simulated server behaves.
///
/// @param fillers tools beside those that every simulated server has
/// @param pageTools how many tools one page of the list has
/// @param lies what it does against the protocol
/// @param cut where it breaks off its answers to calls of tools
/// @param headerDelay how long it waits before the first byte of an answer
/// @param versions that it speaks, the newest first
public record McpScript(
    int fillers,
    int pageTools,
    Answers answers,
    Probe probe,
    Set<Lie> lies,
    Optional<Cut> cut,
    Duration headerDelay,
    java.util.List<String> versions) {

  /// How answers to requests come.
  public enum Answers {
    JSON,
    EVENTS
  }

  /// What a server of the legacy era says to a question of the modern one.
  public enum Probe {
    /// Status 400 with an error of the server's own, as the SDK for TypeScript has it.
    BAD_REQUEST,
    /// Status 200 and "method not found".
    METHOD_NOT_FOUND,
    /// Status 404 and no body.
    NOT_FOUND
  }

  /// What a server may do that it must not.
  public enum Lie {
    /// The answer has the id of another request.
    ANOTHERS_ID,
    /// An answer for another request comes before the right one.
    ANOTHERS_ID_FIRST,
    /// Progress of a call that is not this one comes before the answer.
    ANOTHERS_PROGRESS,
    /// The list of tools is another one each time.
    CHANGING_LIST,
    /// Each page of the list of tools leads to another one.
    ENDLESS_PAGES,
    /// It says that it has prompts, and answers the question for them with an error.
    NO_PROMPTS,
    /// The answer is called HTML.
    WRONG_TYPE,
    /// The answer is no JSON.
    NO_JSON,
    /// The answer is a redirect.
    REDIRECT,
    /// The answer says it is compressed.
    COMPRESSED,
    /// The stream ends without an answer.
    NO_ANSWER,
    /// The answer is nested a thousand times.
    DEEP,
    /// The head of the answer never ends.
    ENDLESS_HEAD,
    /// The answer trickles, a byte at a time.
    TRICKLE,
    /// An answer in JSON-RPC with both a result and an error.
    BOTH
  }

  /// Breaks an answer off after so many bytes of its body.
  public record Cut(int afterBytes, Ending ending) {}

  public static final McpScript STANDARD =
      new McpScript(
          0,
          5,
          Answers.JSON,
          Probe.BAD_REQUEST,
          EnumSet.noneOf(Lie.class),
          Optional.empty(),
          Duration.ZERO,
          java.util.List.of("2025-11-25", "2025-06-18", "2025-03-26"));

  public McpScript {
    lies = Set.copyOf(lies);
    versions = java.util.List.copyOf(versions);
  }

  public McpScript with(Answers value) {
    return new McpScript(fillers, pageTools, value, probe, lies, cut, headerDelay, versions);
  }

  public McpScript with(Probe value) {
    return new McpScript(fillers, pageTools, answers, value, lies, cut, headerDelay, versions);
  }

  public McpScript with(Lie value) {
    return new McpScript(
        fillers, pageTools, answers, probe, Set.of(value), cut, headerDelay, versions);
  }

  public McpScript with(Cut value) {
    return new McpScript(
        fillers, pageTools, answers, probe, lies, Optional.of(value), headerDelay, versions);
  }

  public McpScript withFillers(int value) {
    return new McpScript(value, pageTools, answers, probe, lies, cut, headerDelay, versions);
  }

  public McpScript withHeaderDelay(Duration value) {
    return new McpScript(fillers, pageTools, answers, probe, lies, cut, value, versions);
  }

  public McpScript withVersions(java.util.List<String> value) {
    return new McpScript(fillers, pageTools, answers, probe, lies, cut, headerDelay, value);
  }

  boolean lies(Lie lie) {
    return lies.contains(lie);
  }
}
