package dev.sluice.testkit.provider;

import dev.sluice.testkit.billing.Bill;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// A provider on loopback that behaves as the real one does, plays what a test scripts, and keeps
/// its own bill. It knows nothing of the code under test.
public interface Simulator extends AutoCloseable {

  Duration IDLE_WITHIN = Duration.ofSeconds(10);

  Books books();

  HttpServer server();

  default int port() {
    return server().port();
  }

  default URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /// The next calls that generate and that no rule takes play these, one each.
  default Simulator next(Script... each) {
    books().scripts().next(List.of(each));
    return this;
  }

  /// Calls that match play these in turn; the last one stays. The first rule that matches wins.
  /// Calls that generate nothing (counts, models) follow only rules that make them fail.
  default Simulator when(Predicate<ApiCall> matches, Script... inTurn) {
    books().scripts().when(matches, List.of(inTurn));
    return this;
  }

  /// What calls play that no rule and no queued script takes.
  default Simulator otherwise(Function<ApiCall, Script> answers) {
    books().scripts().otherwise(answers);
    return this;
  }

  /// Forgets all scripts; the record and the bill stay.
  default void clearScripts() {
    books().scripts().clear();
  }

  default Bill bill() {
    return books().bill().bill();
  }

  /// The bill once no exchange is in flight: a client has the last byte of its answer a moment
  /// before the answer is on the bill.
  ///
  /// @throws IllegalStateException when an exchange is still in flight after 10 s
  default Bill settledBill() {
    if (!awaitIdle(IDLE_WITHIN)) {
      throw new IllegalStateException(inFlight() + " exchanges in flight (expected: none)");
    }
    return bill();
  }

  /// The latest requests, oldest first.
  default List<ReceivedRequest> requests() {
    return books().recorder().requests();
  }

  /// How many requests arrived in all.
  default long received() {
    return books().recorder().received();
  }

  /// What arrived and should not have: forbidden headers, two credentials, malformed HTTP.
  default List<Violation> violations() {
    return books().recorder().violations();
  }

  default int inFlight() {
    return books().inFlight().count();
  }

  default int connections() {
    return server().connections();
  }

  /// True once no exchange is in flight, so that the bill is complete.
  default boolean awaitIdle(Duration wait) {
    return books().inFlight().awaitNone(wait);
  }

  /// Cannot be reached until it comes back; answers that have begun are written to their ends.
  default void leave() {
    server().leave();
  }

  default void comeBack() {
    server().comeBack();
  }

  @Override
  default void close() {
    server().close();
  }
}
