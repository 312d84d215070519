package dev.sluice.testkit.script;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// In which manner an answer is sent.
///
/// @param pace the pause before every event but the first
/// @param firstPause the pause before the headers
public record Delivery(
    Duration pace,
    Duration firstPause,
    Optional<Stall> stall,
    Optional<Break> midError,
    Optional<Cut> cut,
    Encoding encoding,
    UsagePlace usagePlace,
    int tokensPerEvent,
    List<Header> headers) {

  /// A silence after so many events.
  ///
  /// @param duration after which it ends, where nobody says before that it is over
  public record Stall(int afterEvents, Duration duration, CountDownLatch over) {}

  /// An SSE error after so many events; without streaming it is an error status.
  public record Break(int afterEvents, String type, String message) {}

  /// The end of the answer at this byte of its encoded body, or before its head.
  public record Cut(long atByte, Ending ending) {

    private static final long BEFORE_HEAD = -1;

    static Cut beforeHead(Ending ending) {
      return new Cut(BEFORE_HEAD, ending);
    }

    public boolean isBeforeHead() {
      return atByte == BEFORE_HEAD;
    }
  }

  /// The bytes on the wire.
  public record Encoding(Coding coding, SseFlavour flavour, int chunkBytesMax) {}

  public static final Delivery PLAIN =
      new Delivery(
          Duration.ZERO,
          Duration.ZERO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new Encoding(Coding.IDENTITY, SseFlavour.PLAIN, Integer.MAX_VALUE),
          UsagePlace.BOTH,
          5,
          List.of());

  public Delivery {
    headers = List.copyOf(headers);
  }

  Delivery withPace(Duration value) {
    return new Delivery(
        value, firstPause, stall, midError, cut, encoding, usagePlace, tokensPerEvent, headers);
  }

  Delivery withFirstPause(Duration value) {
    return new Delivery(
        pace, value, stall, midError, cut, encoding, usagePlace, tokensPerEvent, headers);
  }

  Delivery withStall(Stall value) {
    return new Delivery(
        pace,
        firstPause,
        Optional.of(value),
        midError,
        cut,
        encoding,
        usagePlace,
        tokensPerEvent,
        headers);
  }

  Delivery withMidError(Break value) {
    return new Delivery(
        pace,
        firstPause,
        stall,
        Optional.of(value),
        cut,
        encoding,
        usagePlace,
        tokensPerEvent,
        headers);
  }

  Delivery withCut(Cut value) {
    return new Delivery(
        pace,
        firstPause,
        stall,
        midError,
        Optional.of(value),
        encoding,
        usagePlace,
        tokensPerEvent,
        headers);
  }

  Delivery withEncoding(Encoding value) {
    return new Delivery(
        pace, firstPause, stall, midError, cut, value, usagePlace, tokensPerEvent, headers);
  }

  Delivery withUsagePlace(UsagePlace value) {
    return new Delivery(
        pace, firstPause, stall, midError, cut, encoding, value, tokensPerEvent, headers);
  }

  Delivery withTokensPerEvent(int value) {
    return new Delivery(
        pace, firstPause, stall, midError, cut, encoding, usagePlace, value, headers);
  }

  Delivery withHeaders(List<Header> value) {
    return new Delivery(
        pace, firstPause, stall, midError, cut, encoding, usagePlace, tokensPerEvent, value);
  }
}
