package dev.sluice.testkit.provider;

import dev.sluice.testkit.http.HttpRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Remembers what arrived, within the limits of the retention.
public final class Recorder {

  private final Retention retention;
  private final ArrayDeque<ReceivedRequest> requests = new ArrayDeque<>();
  private final ArrayDeque<Violation> violations = new ArrayDeque<>();
  private long bodyBytesKept;
  private long received;

  public Recorder(Retention retention) {
    this.retention = retention;
  }

  public void record(String requestId, HttpRequest request) {
    var body = Optional.of(request.body()).filter(_ -> retention.bodyBytesMax() > 0);
    keep(
        new ReceivedRequest(
            requestId,
            request.method(),
            request.target(),
            request.headers(),
            sha256(request.body()),
            request.body().length,
            body));
  }

  public synchronized void violation(Violation violation) {
    if (violations.size() == retention.violationsMax()) {
      violations.removeFirst();
    }
    violations.addLast(violation);
  }

  public synchronized List<ReceivedRequest> requests() {
    return List.copyOf(requests);
  }

  public synchronized List<Violation> violations() {
    return List.copyOf(violations);
  }

  public synchronized long received() {
    return received;
  }

  private synchronized void keep(ReceivedRequest request) {
    received++;
    requests.addLast(request);
    bodyBytesKept += kept(request);
    while (requests.size() > retention.requestsMax() || bodyBytesKept > retention.bodyBytesMax()) {
      bodyBytesKept -= kept(requests.removeFirst());
    }
  }

  private static long kept(ReceivedRequest request) {
    return request.body().map(body -> (long) body.length).orElse(0L);
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: SHA-256 is part of every JDK", e);
    }
  }
}
