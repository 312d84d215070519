package dev.sluice.extproc.flow;

import dev.sluice.extproc.exchange.Exchange;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The courses of requests in flight, by request id; each until Envoy tells the request's end.
public final class Courses {

  private final ConcurrentMap<String, Course> open = new ConcurrentHashMap<>();

  /// @param exchange of the first attempt, which may have ended meanwhile
  void open(Course course, Exchange exchange) {
    var requestId = course.admission().requestId();
    open.put(requestId, course);
    if (exchange.hasEnded()) {
      open.remove(requestId);
    }
  }

  public @Nullable Course get(String requestId) {
    return open.get(requestId);
  }

  /// To be called once the last exchange has ended.
  public void end(String requestId) {
    open.remove(requestId);
  }
}
