package dev.sluice.standalone.warm;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/// Keeps the warm-up's requests out of the log; named in `logback.xml`.
// The one class that extends a foreign one: Logback's filters are no interface.
public final class WarmUpFilter extends Filter<ILoggingEvent> {

  static final String REQUEST_ID_PREFIX = "warm-up-";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (var pair : pairs) {
        if (isWarmUp(pair.value)) {
          return FilterReply.DENY;
        }
      }
    }
    return FilterReply.NEUTRAL;
  }

  private static boolean isWarmUp(Object value) {
    return value instanceof String text && text.startsWith(REQUEST_ID_PREFIX);
  }
}
