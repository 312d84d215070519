package dev.sluice.feed.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for one thread, in order: so many pieces and so many bytes at most. Large pieces
/// leave half of the room to small ones, so that nobody's results keep out what others say. What
/// the thread has taken counts until it takes the next.
final class Mailbox<T> {

  /// Bytes of a small piece.
  static final int SMALL_BYTES_MAX = 64 * 1024;

  private record Piece<T>(T content, int bytes) {}

  private final int piecesMax;
  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Piece<T>> waiting = new ArrayDeque<>();
  private int pieces;
  private long bytes;
  private int piecesUnderWay;
  private long bytesUnderWay;
  private boolean woken;

  Mailbox(int piecesMax, long bytesMax) {
    this.piecesMax = piecesMax;
    this.bytesMax = bytesMax;
  }

  /// False where there is no room.
  boolean put(T content, int size) {
    lock.lock();
    try {
      var most = size > SMALL_BYTES_MAX ? bytesMax / 2 : bytesMax;
      if (pieces >= piecesMax || bytes + size > most) {
        return false;
      }
      waiting.add(new Piece<>(content, size));
      pieces++;
      bytes += size;
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// The thread has something else to do: it need not wait for a piece.
  void wake() {
    lock.lock();
    try {
      woken = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /// The next ones, up to so many and to so many bytes, but one at least; none after a while
  /// without any, or when woken.
  List<T> take(int most, long size, Duration max) throws InterruptedException {
    lock.lock();
    try {
      sent();
      var left = max.toNanos();
      while (waiting.isEmpty() && !woken && left > 0) {
        left = filled.awaitNanos(left);
      }
      woken = false;
      var taken = new ArrayList<T>();
      for (var next = waiting.peek(); next != null && taken.size() < most; next = waiting.peek()) {
        if (!taken.isEmpty() && bytesUnderWay + next.bytes() > size) {
          break;
        }
        bytesUnderWay += next.bytes();
        piecesUnderWay++;
        taken.add(waiting.remove().content());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void sent() {
    pieces -= piecesUnderWay;
    bytes -= bytesUnderWay;
    piecesUnderWay = 0;
    bytesUnderWay = 0;
  }

  /// Whether the thread has nothing to do.
  boolean isEmpty() {
    lock.lock();
    try {
      return waiting.isEmpty() && !woken;
    } finally {
      lock.unlock();
    }
  }
}
