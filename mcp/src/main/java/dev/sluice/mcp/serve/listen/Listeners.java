package dev.sluice.mcp.serve.listen;

import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Catalog.Change;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.Kept.Watched;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/// The clients that hear of changes: each of those that its key lets it see, for as long as the key
/// is good.
public final class Listeners implements AutoCloseable {

  private final Function<KeyDigest, Optional<KeyPolicy>> keys;
  private final Kept kept;
  private final InstantSource clock;
  private final Map<String, Listener> open = new ConcurrentHashMap<>();
  private final Catalog.Watch watch;

  public Listeners(
      Catalog catalog,
      Function<KeyDigest, Optional<KeyPolicy>> keys,
      Kept kept,
      InstantSource clock) {
    this.keys = keys;
    this.kept = kept;
    this.clock = clock;
    this.watch = catalog.watch(this::heard);
  }

  /// A session has one stream of changes: a new one takes the place of the old one.
  public void add(Listener listener) {
    var before = open.put(listener.watcher(), listener);
    if (before != null) {
      before.log().end();
    }
  }

  public void remove(Listener listener) {
    open.remove(listener.watcher(), listener);
  }

  /// Those that have their stream of changes here; clients of the modern era have no session.
  public List<String> sessions() {
    return open.values().stream()
        .filter(listener -> listener.subscription().isEmpty())
        .map(Listener::watcher)
        .toList();
  }

  /// The stream of changes of a session, where it is here.
  public Optional<Listener> of(String watcher) {
    return Optional.ofNullable(open.get(watcher));
  }

  public void end(String watcher) {
    var listener = open.remove(watcher);
    if (listener != null) {
      listener.log().end();
    }
  }

  /// What the key may use now; empty where it is not good any more.
  public Optional<ToolAccess> access(Listener listener) {
    return keys.apply(listener.caller().key().digest())
        .filter(key -> !key.suspended())
        .filter(
            key ->
                Optional.ofNullable(key.expiresAt())
                    .map(end -> clock.instant().isBefore(end))
                    .orElse(true))
        .map(KeyPolicy::tools);
  }

  private void heard(Change change) {
    open.values().forEach(listener -> heard(change, listener));
  }

  private void heard(Change change, Listener listener) {
    var access = access(listener);
    if (access.isEmpty()) {
      listener.log().end();
    } else if (access.get().names(change.server())
        && sees(listener, change)
        && listener.about(change)
        && watched(change, listener)) {
      listener.hear(change);
    }
  }

  private static boolean sees(Listener listener, Change change) {
    return listener
        .caller()
        .narrowing()
        .servers()
        .map(globs -> globs.matches(change.server().name()))
        .orElse(true);
  }

  private boolean watched(Change change, Listener listener) {
    return !(change instanceof Change.Resource(var server, var uri))
        || kept.watches(listener.watcher(), new Watched(server, uri));
  }

  /// Ends all of them; those of the modern era with their answer.
  @Override
  public void close() {
    watch.close();
    for (var listener : open.values()) {
      listener.subscription().flatMap(RpcId::of).ifPresent(id -> listener.log().push(ended(id)));
      listener.log().end();
    }
  }

  /// The answer to a request to listen, when nothing more will come.
  private static Message ended(RpcId id) {
    var result = JsonNodeFactory.instance.objectNode().put("resultType", "complete");
    return new Message.Answer(id, Meta.with(result, Meta.SUBSCRIPTION_ID, id.json()));
  }
}
