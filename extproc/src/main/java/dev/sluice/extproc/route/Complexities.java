package dev.sluice.extproc.route;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing.Complexity;
import dev.sluice.core.policy.Routing.Simplicity;
import org.jspecify.annotations.Nullable;

/// Judges how much a request asks of a model, by its outside alone.
///
/// Every gateway judges alike, and remembers nothing. What is looked at only grows while a
/// conversation goes on, so that one moves at most once, from simple to complex, until its client
/// compacts it and its prompt cache is lost anyway. A class that is named as simple has requests
/// with a prompt of their own; an agent's type is the same in all of its requests.
final class Complexities {

  private Complexities() {}

  static Complexity of(Simplicity simple, Asking asking) {
    var headers = asking.client().headers();
    boolean named =
        names(simple.requestClasses(), headers.get(Matches.REQUEST_CLASS))
            || names(simple.agentTypes(), headers.get(Matches.AGENT_TYPE));
    return named || isSmall(simple, asking) ? Complexity.SIMPLE : Complexity.COMPLEX;
  }

  private static boolean names(Globs globs, @Nullable String said) {
    return said != null && globs.matches(said);
  }

  private static boolean isSmall(Simplicity simple, Asking asking) {
    var request = asking.request();
    return request.bodyBytes() <= simple.bytesMax()
        && request.tools() <= simple.toolsMax()
        && (simple.thinking() || !request.thinking().asked());
  }
}
