package dev.sluice.feed.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for one thread, in order: so many pieces and so many characters at most.
final class Mailbox<T> {

  private record Piece<T>(T content, int characters) {}

  private final int piecesMax;
  private final long charactersMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Piece<T>> pieces = new ArrayDeque<>();
  private long characters;

  Mailbox(int piecesMax, long charactersMax) {
    this.piecesMax = piecesMax;
    this.charactersMax = charactersMax;
  }

  /// False where there is no room.
  boolean put(T content, int size) {
    lock.lock();
    try {
      if (pieces.size() >= piecesMax || characters + size > charactersMax) {
        return false;
      }
      pieces.add(new Piece<>(content, size));
      characters += size;
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// The next ones, up to so many; none after a while without any.
  List<T> take(int most, Duration max) throws InterruptedException {
    lock.lock();
    try {
      var left = max.toNanos();
      while (pieces.isEmpty() && left > 0) {
        left = filled.awaitNanos(left);
      }
      var taken = new ArrayList<T>();
      while (taken.size() < most && !pieces.isEmpty()) {
        var piece = pieces.remove();
        characters -= piece.characters();
        taken.add(piece.content());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return pieces.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
