package dev.sluice.mcp.catalog;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.lists.ListKind;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import org.jspecify.annotations.Nullable;

/// Hears what one server tells, and hands it on without waiting for anybody.
final class Ear implements ServerListener, Served.Heard {

  private final ObjectName server;
  private final Watchers watchers;
  private final Reporting reporting;
  private final int uriCharactersMax;
  private volatile @Nullable Served served;

  Ear(ObjectName server, Watchers watchers, Reporting reporting, int uriCharactersMax) {
    this.server = server;
    this.watchers = watchers;
    this.reporting = reporting;
    this.uriCharactersMax = uriCharactersMax;
  }

  /// A server that is connected before this has lists that are asked for anyway.
  void hearFor(Served value) {
    served = value;
  }

  @Override
  public void heard(Message.Notification notification) {
    switch (notification.method()) {
      case "notifications/tools/list_changed" -> want(ListKind.TOOLS);
      case "notifications/prompts/list_changed" -> want(ListKind.PROMPTS);
      case "notifications/resources/list_changed" -> {
        want(ListKind.RESOURCES);
        want(ListKind.TEMPLATES);
      }
      case "notifications/resources/updated" -> {
        var uri = notification.params().path("uri").stringValue("");
        if (!uri.isEmpty() && uri.length() <= uriCharactersMax) {
          watchers.tell(new Catalog.Change.Resource(server, uri));
        }
      }
      default -> {
        // Nobody here knows what it means.
      }
    }
  }

  private void want(ListKind kind) {
    var known = served;
    if (known != null) {
      known.state().shelf().want(kind);
      known.wake();
    }
  }

  @Override
  public void connected(ServerCard card) {
    var known = served;
    if (known != null) {
      known.state().shelf().renew();
      known.wake();
    }
  }

  @Override
  public void changed(Catalog.Change change) {
    watchers.tell(change);
  }

  @Override
  public void looked() {
    reporting.look();
  }
}
