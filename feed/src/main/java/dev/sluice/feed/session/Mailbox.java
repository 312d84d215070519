package dev.sluice.feed.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for one thread, in order: so many pieces and so many characters at most. Large pieces
/// leave half of the room to small ones, so that nobody's results keep out what others say.
final class Mailbox<T> {

  /// Characters of a small piece.
  static final int SMALL_CHARS_MAX = 64 * 1024;

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
      var most = size > SMALL_CHARS_MAX ? charactersMax / 2 : charactersMax;
      if (pieces.size() >= piecesMax || characters + size > most) {
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
