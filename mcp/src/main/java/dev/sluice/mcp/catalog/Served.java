package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.mcp.catalog.judge.Sight;
import dev.sluice.mcp.catalog.link.Link;
import dev.sluice.mcp.catalog.lists.ListKind;
import dev.sluice.mcp.catalog.lists.Refresher;
import dev.sluice.mcp.catalog.lists.Shelf;
import dev.sluice.mcp.catalog.lists.Stock;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.Health;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// One declared server, from its first declaration to its last: its link may be replaced, and its
/// lists are those of its present source.
///
/// One thread refreshes the lists and looks at the connection; what callers see is computed from
/// what is known at the time, so that a declaration counts from the moment it is there.
final class Served implements Offered {

  private static final Logger LOG = LoggerFactory.getLogger(Served.class);

  private final CatalogLimits limits;
  private final InstantSource clock;
  private final Refresher refresher;
  private final Heard heard;
  private volatile State state;
  private volatile Seen seen;
  private volatile Presence presence;
  private boolean woken;
  private boolean closed;

  /// What there is of the server, swapped whole.
  record State(ToolServer declared, Link link, Shelf shelf) {}

  /// What was judged, and of what.
  private record Seen(ToolServer declared, @Nullable Stock stock, Object pins, Sight sight) {}

  /// What a report is made of.
  private record Look(boolean connected, Sight sight, Optional<String> lastError) {}

  /// Hears of one server.
  interface Heard {
    void changed(Catalog.Change change);

    /// What is reported of it may be another thing.
    void looked();
  }

  Served(State state, Refresher refresher, Heard heard, CatalogLimits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
    this.refresher = refresher;
    this.heard = heard;
    this.state = state;
    this.seen = new Seen(state.declared(), null, Optional.empty(), Sight.NOTHING);
    this.presence = Presence.away(clock.instant());
  }

  void start() {
    Thread.ofVirtual().name("mcp-lists-" + declared().name()).start(this::keep);
  }

  State state() {
    return state;
  }

  /// From now on it is this; a link that is replaced carries its calls to their end.
  void become(State next) {
    var last = state;
    state = next;
    if (!Objects.equals(last.link(), next.link())) {
      last.link().retire(limits.drainMax());
    }
    wake();
  }

  void close(Duration drainMax) {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    state.link().retire(drainMax);
  }

  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  @Override
  public ToolServer declared() {
    return state.declared();
  }

  @Override
  public Optional<ServerCard> card() {
    var now = state;
    return now.link().health().card().or(now.shelf()::card);
  }

  @Override
  public Optional<String> away() {
    var now = state;
    var health = now.link().health();
    return switch (health.state()) {
      case CONNECTED -> withoutTools(now);
      case CONNECTING -> {
        var failure = health.lastFailure();
        var renewing = failure.filter(f -> f.reason() == Reason.SESSION_LOST).isPresent();
        yield renewing ? Optional.empty() : failure.map(CallFailure::detail).or(() -> notYet(now));
      }
      case BACKING_OFF ->
          health.lastFailure().map(CallFailure::detail).or(() -> Optional.of("not connected"));
      case CLOSED -> Optional.of("not declared any more");
    };
  }

  /// A connection that takes another one's place is waited for by the calls that need it.
  private Optional<String> notYet(State now) {
    return stock(now, ListKind.TOOLS).isPresent()
        ? Optional.empty()
        : Optional.of("not connected yet");
  }

  /// Why a server that is there has no tools here.
  private Optional<String> withoutTools(State now) {
    if (!sight(now).served().isEmpty()) {
      return Optional.empty();
    }
    var hidden = hidden(now);
    return hidden.isPresent() || stock(now, ListKind.TOOLS).isPresent()
        ? hidden
        : now.shelf().trouble(ListKind.TOOLS);
  }

  private Optional<String> hidden(State now) {
    return sight(now).hidden().map(sentence -> now.shelf().pinTrouble().orElse(sentence));
  }

  @Override
  public List<ToolDefinition> tools() {
    var now = state;
    now.shelf().awaitFirst(ListKind.TOOLS);
    return sight(now).served();
  }

  @Override
  public Optional<ToolDefinition> tool(String name) {
    var now = state;
    now.shelf().awaitFirst(ListKind.TOOLS);
    return sight(now).tool(name);
  }

  @Override
  public List<ObjectNode> prompts() {
    return items(ListKind.PROMPTS);
  }

  @Override
  public List<ObjectNode> resources() {
    return items(ListKind.RESOURCES);
  }

  @Override
  public List<ObjectNode> resourceTemplates() {
    return items(ListKind.TEMPLATES);
  }

  private List<ObjectNode> items(ListKind kind) {
    var now = state;
    now.shelf().awaitFirst(kind);
    return stock(now, kind).map(Stock::items).orElse(List.of());
  }

  /// The last list, unless it is too old to be served.
  private Optional<Stock> stock(State now, ListKind kind) {
    var present = presence;
    var away = now.link().health().state() != Health.State.CONNECTED;
    return now.shelf()
        .stock(kind)
        .filter(
            stock -> {
              var good = away ? present.last() : stock.at().plus(stock.ttl());
              return clock.instant().isBefore(good.plus(limits.lists().keptMax()));
            });
  }

  private Sight sight(State now) {
    var stock = stock(now, ListKind.TOOLS);
    if (stock.isEmpty()) {
      return Sight.NOTHING;
    }
    var pins = now.shelf().pins();
    var last = seen;
    if (same(last.declared(), now.declared())
        && same(last.stock(), stock.get())
        && same(last.pins(), pins)) {
      return last.sight();
    }
    var sight = Sight.of(now.declared(), stock.get().items(), pins);
    seen = new Seen(now.declared(), stock.get(), pins, sight);
    return sight;
  }

  @SuppressWarnings("ReferenceEquality") // The very same, so that nothing large is compared.
  private static boolean same(@Nullable Object one, @Nullable Object other) {
    return one == other;
  }

  @Override
  public CallResult call(Call call) {
    return call(state, call);
  }

  /// Looked at again together with where the call goes: a declaration may have come in between.
  @Override
  public CallResult call(ToolDefinition judged, Call call) {
    var now = state;
    return sight(now).tool(judged.name()).filter(judged::equals).isPresent()
        ? call(now, call)
        : another();
  }

  private CallResult call(State first, Call call) {
    var used = first.link();
    for (var result = used.call(call); ; result = used.call(call)) {
      if (result.isPresent()) {
        return result.get();
      }
      var next = state;
      if (next.link().equals(used)) {
        return CallResult.failed(Reason.CLOSED, Effect.NEVER_RUN, "not declared any more");
      }
      // What was looked at is what that source offers, and no other.
      if (!next.shelf().equals(first.shelf())) {
        return another();
      }
      used = next.link();
    }
  }

  private static CallResult another() {
    return CallResult.failed(
        Reason.CLOSED, Effect.NEVER_RUN, "the tool or its server has just become another one");
  }

  @Override
  public void tell(Message.Notification notification) {
    try {
      state.link().tell(notification);
    } catch (CallException e) {
      LOG.debug("{} was not told {}", declared().name(), notification.method(), e);
    }
  }

  /// Why not all is well now; names no secret.
  private Optional<String> lastError(State now) {
    return toolTrouble(now).or(() -> now.shelf().trouble());
  }

  /// What is wrong with the connection, or with the tools.
  private Optional<String> toolTrouble(State now) {
    var health = now.link().health();
    var failure = health.lastFailure().map(CallFailure::detail);
    if (health.state() != Health.State.CONNECTED && failure.isPresent()) {
      return failure;
    }
    var pinned = now.declared().pins() == ToolServer.Pins.FIRST_USE;
    // That nobody has asked the record yet is none.
    var trouble = pinned ? now.shelf().pinTrouble() : Optional.<String>empty();
    return trouble.or(() -> now.shelf().trouble(ListKind.TOOLS));
  }

  ServerReport report() {
    var now = state;
    var present = presence;
    return new ServerReport(
        now.declared().name(),
        present.connected(),
        present.since(),
        card().map(card -> card.version().date()).orElse(null),
        sight(now).told(),
        lastError(now).orElse(null),
        toolTrouble(now).isPresent());
  }

  List<ToolChange> changes() {
    return sight(state).changes();
  }

  private void keep() {
    try {
      var shown = shown();
      var looked = Optional.<Look>empty();
      while (!over()) {
        var now = state;
        refresh(now);
        shown = tellChanges(shown);
        var look = Optional.of(look(now));
        if (!look.equals(looked)) {
          tellIdle(looked.map(Look::sight).orElse(Sight.NOTHING), look.get().sight());
          looked = look;
          heard.looked();
        }
        rest(now);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellIdle(Sight before, Sight after) {
    if (!after.idle().equals(before.idle())) {
      after.idle().forEach(sentence -> LOG.warn("McpServer {}: {}", declared().name(), sentence));
    }
  }

  private void refresh(State now) {
    try {
      refresher.refresh(now.declared(), now.link(), now.shelf());
    } catch (RuntimeException e) {
      LOG.error("BUG: the lists of {} were not refreshed", now.declared().name(), e);
    }
  }

  /// Notes whether it is connected.
  private Look look(State now) {
    var connected = now.link().health().state() == Health.State.CONNECTED;
    presence = presence.at(clock.instant(), connected);
    return new Look(connected, sight(now), lastError(now));
  }

  private Map<ListKind, List<?>> shown() {
    var now = state;
    return Map.of(
        ListKind.TOOLS, sight(now).served(),
        ListKind.PROMPTS, stock(now, ListKind.PROMPTS).map(Stock::items).orElse(List.of()),
        ListKind.RESOURCES, stock(now, ListKind.RESOURCES).map(Stock::items).orElse(List.of()),
        ListKind.TEMPLATES, stock(now, ListKind.TEMPLATES).map(Stock::items).orElse(List.of()));
  }

  /// Tells of what is really another thing than before.
  private Map<ListKind, List<?>> tellChanges(Map<ListKind, List<?>> before) {
    var after = shown();
    var name = declared().name();
    if (differ(before, after, ListKind.TOOLS)) {
      heard.changed(new Catalog.Change.Tools(name));
    }
    if (differ(before, after, ListKind.PROMPTS)) {
      heard.changed(new Catalog.Change.Prompts(name));
    }
    if (differ(before, after, ListKind.RESOURCES) || differ(before, after, ListKind.TEMPLATES)) {
      heard.changed(new Catalog.Change.Resources(name));
    }
    return after;
  }

  private static boolean differ(
      Map<ListKind, List<?>> before, Map<ListKind, List<?>> after, ListKind kind) {
    return !same(before.get(kind), after.get(kind))
        && !Objects.equals(before.get(kind), after.get(kind));
  }

  private synchronized boolean over() {
    return closed;
  }

  /// Until something is due or told; while it connects, and at times, its state is looked at.
  private synchronized void rest(State now) throws InterruptedException {
    var due = refresher.rest(now.shelf());
    var connected = now.link().health().state() == Health.State.CONNECTED;
    var max = connected && due.compareTo(limits.lookEvery()) < 0 ? due : limits.lookEvery();
    var end = System.nanoTime() + max.toNanos();
    while (!closed && !woken && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
    woken = false;
  }
}
