package dev.sluice.operator.publish;

import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Which published generation each object's present version came into force with. Pure.
///
/// Only one thread uses it at a time.
final class Progress {

  /// Older versions count as none: their gateways are far behind.
  private static final int VERSIONS_MAX = 256;

  private final Map<String, Long> generations =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > VERSIONS_MAX;
        }
      };
  private Map<ObjectId, Since> since = Map.of();

  private record Since(String uid, long objectGeneration, long generation) {}

  /// @param good the objects whose present version is in what was published
  void published(long generation, String version, Map<ObjectId, Seen> objects, Set<ObjectId> good) {
    generations.remove(version);
    generations.put(version, generation);
    var now = new HashMap<ObjectId, Since>();
    for (var id : good) {
      var object = objects.get(id);
      if (object == null) {
        continue;
      }
      var before = since.get(id);
      boolean same =
          before != null
              && before.uid().equals(object.uid())
              && before.objectGeneration() == object.generation();
      now.put(id, same ? before : new Since(object.uid(), object.generation(), generation));
    }
    since = now;
  }

  /// The generation that has the object's present version; [Long#MAX_VALUE] for none.
  long of(Seen object) {
    var found = since.get(object.id());
    return found != null && found.objectGeneration() == object.generation()
        ? found.generation()
        : Long.MAX_VALUE;
  }

  /// The generation of a version; 0 for one that is not known.
  long of(String version) {
    return generations.getOrDefault(version, 0L);
  }
}
