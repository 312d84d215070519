package dev.sluice.operator.publish;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.feed.KeptManifest;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The manifests of the last good versions. Those of objects that are bad now travel with the
/// policy, so that an operator that starts anew keeps in force what the one before it kept.
///
/// Only one thread uses it at a time.
public final class LastManifests {

  private Map<ObjectId, String> manifests = new HashMap<>();

  /// Begins with what was published.
  public Map<ObjectId, String> begin(List<KeptManifest> published) {
    for (var kept : published) {
      var name = new ObjectName(kept.namespace(), kept.name());
      manifests.put(new ObjectId(kept.kind(), name), kept.manifest());
    }
    return Map.copyOf(manifests);
  }

  /// What is to travel with the policy of these objects.
  ///
  /// @param good those without problems
  public List<KeptManifest> next(Map<ObjectId, Seen> objects, Set<ObjectId> good) {
    var next = new HashMap<ObjectId, String>();
    var kept = new TreeMap<ObjectId, KeptManifest>();
    objects.forEach(
        (id, object) -> {
          var manifest = good.contains(id) ? object.manifest() : manifests.get(id);
          if (manifest != null) {
            next.put(id, manifest);
          }
          if (manifest != null && !good.contains(id)) {
            var name = id.name();
            kept.put(id, new KeptManifest(id.kind(), name.namespace(), name.name(), manifest));
          }
        });
    manifests = next;
    return List.copyOf(kept.values());
  }
}
