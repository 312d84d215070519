package dev.sluice.standalone.serve;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was opened, to be closed in the opposite order, all of it whatever fails.
public final class Owned implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Owned.class);

  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

  public <T extends AutoCloseable> T add(T closeable) {
    opened.push(closeable);
    return closeable;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.atError().setCause(e).log("a part did not close");
      }
    }
  }
}
