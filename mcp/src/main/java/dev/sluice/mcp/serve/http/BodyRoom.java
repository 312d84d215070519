package dev.sluice.mcp.serve.http;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.RpcError;
import java.util.HashMap;
import java.util.Map;

/// The memory for bodies that are read or held, of all clients and of each key: taken before a body
/// is read, and given back when what it asks is answered.
public final class BodyRoom {

  /// What a body takes at least while it is read: so many clients that are slow are too many.
  private static final long READING_BYTES = 8 * 1024;

  private static final int NODE_BYTES = 96;

  private final long bytesMax;
  private final long ofKeyMax;
  private final Map<ObjectName, Long> ofKey = new HashMap<>();
  private long taken;

  public BodyRoom(long bytesMax, long ofKeyMax) {
    this.bytesMax = bytesMax;
    this.ofKeyMax = ofKeyMax;
  }

  /// Memory for one body; it is given back when each of its holders has left.
  public final class Lease {
    private final ObjectName key;
    private long bytes;
    private int holders = 1;

    private Lease(ObjectName key) {
      this.key = key;
    }

    /// From here on it is of that size, if there is room.
    public void resize(long value) throws RefusedException {
      synchronized (BodyRoom.this) {
        long more = value - bytes;
        if (more > 0
            && (taken + more > bytesMax || ofKey.getOrDefault(key, 0L) + more > ofKeyMax)) {
          throw RefusedException.of(
              503,
              RpcError.INTERNAL_ERROR,
              "bodies: no room for one more now (expected: at most %d bytes of a key, %d in all)"
                  .formatted(ofKeyMax, bytesMax));
        }
        set(value);
      }
    }

    private void set(long value) {
      long more = value - bytes;
      bytes = value;
      taken += more;
      long all = ofKey.getOrDefault(key, 0L) + more;
      if (all == 0) {
        ofKey.remove(key);
      } else {
        ofKey.put(key, all);
      }
    }

    public void share() {
      synchronized (BodyRoom.this) {
        holders++;
      }
    }

    public void leave() {
      synchronized (BodyRoom.this) {
        if (--holders == 0) {
          set(0);
        }
      }
    }
  }

  /// @param length of the body, as far as it is known
  public Lease lease(ObjectName key, long length) throws RefusedException {
    var lease = new Lease(key);
    lease.resize(Math.max(length, READING_BYTES));
    return lease;
  }

  public synchronized long taken() {
    return taken;
  }

  /// What a body takes with all that is read from it: of each value a node, beside its text.
  public static long held(byte[] body) {
    long nodes = 0;
    for (var character : body) {
      if (character == ',' || character == '{' || character == '[') {
        nodes++;
      }
    }
    return 2L * body.length + NODE_BYTES * nodes;
  }
}
