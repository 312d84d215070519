package dev.sluice.mcp.serve.answer;

import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.tools.ToolDefinition;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Names the tools that callers see. Names are made once for all callers who may use the same, and
/// anew when the policy or a server's list is another one.
final class Namer {

  private static final int PLACES_MAX = 256;

  /// Of all places together, about 200 bytes each.
  private static final int TOOLS_MAX = 50_000;

  /// The tools that a caller sees.
  record Named(List<Visible> all, Map<String, Visible> byName) {
    Named {
      all = List.copyOf(all);
      byName = Map.copyOf(byName);
    }

    private static Named of(List<Visible> all, Scope scope) {
      var byName = new LinkedHashMap<String, Visible>();
      all.forEach(tool -> byName.putIfAbsent(tool.name(), tool));
      if (scope instanceof Scope.One) {
        // Of a shortened name the whole one is good, too, unless another tool is listed by it.
        all.forEach(tool -> byName.putIfAbsent(tool.tool().name(), tool));
      }
      return new Named(all, byName);
    }

    Optional<Visible> find(String name) {
      return Optional.ofNullable(byName.get(name));
    }
  }

  /// What decides which tools there are for a caller, beside what the servers offer.
  ///
  /// @param server empty for all of them
  private record Place(
      ToolAccess access, Caller.Narrowing narrowing, Optional<ObjectName> server) {}

  /// Names, and the lists that they are of.
  private record Kept(IdentityHashMap<Offered, List<ToolDefinition>> lists, Named named) {}

  private final LinkedHashMap<Place, Kept> places = new LinkedHashMap<>(16, 0.75f, true);
  private String policyVersion = "";

  Named named(View view) {
    var lists = new IdentityHashMap<Offered, List<ToolDefinition>>();
    view.servers().forEach(server -> lists.put(server, server.tools()));
    var version = view.caller().admitted().policyVersion();
    var place = place(view);
    var known = known(version, place);
    // The very same lists: nothing large is compared.
    if (known != null && known.lists().equals(lists)) {
      return known.named();
    }
    var made = new Kept(lists, Named.of(view.tools(lists), view.scope()));
    keep(version, place, made);
    return made.named();
  }

  private static Place place(View view) {
    var server =
        switch (view.scope()) {
          case Scope.All _ -> Optional.<ObjectName>empty();
          case Scope.One(var one) -> Optional.of(one.declared().name());
        };
    return new Place(view.caller().key().tools(), view.caller().narrowing(), server);
  }

  private synchronized @Nullable Kept known(String version, Place place) {
    return policyVersion.equals(version) ? places.get(place) : null;
  }

  private synchronized void keep(String version, Place place, Kept made) {
    if (!policyVersion.equals(version)) {
      policyVersion = version;
      places.clear();
    }
    // Of each server one list is kept at most, however often it changes.
    places.values().removeIf(other -> outdated(other.lists(), made.lists()));
    places.put(place, made);
    int tools = places.values().stream().mapToInt(kept -> kept.named().all().size()).sum();
    var eldest = places.entrySet().iterator();
    while (places.size() > 1 && (places.size() > PLACES_MAX || tools > TOOLS_MAX)) {
      tools -= eldest.next().getValue().named().all().size();
      eldest.remove();
    }
  }

  @SuppressWarnings("ReferenceEquality") // The very same lists, so that nothing large is compared.
  private static boolean outdated(
      Map<Offered, List<ToolDefinition>> before, Map<Offered, List<ToolDefinition>> now) {
    return before.entrySet().stream()
        .anyMatch(
            list -> {
              var other = now.get(list.getKey());
              return other != null && other != list.getValue();
            });
  }
}
