package dev.sluice.operator.trigger;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/// What a person changes of an object: its spec, its annotations, and that it is being deleted; not
/// the status, which is ours.
final class OwnChange implements OnUpdateFilter<HasMetadata> {

  @Override
  public boolean accept(HasMetadata now, HasMetadata before) {
    var metadata = now.getMetadata();
    var old = before.getMetadata();
    return !Objects.equals(metadata.getUid(), old.getUid())
        || !Objects.equals(metadata.getGeneration(), old.getGeneration())
        || !Objects.equals(metadata.getAnnotations(), old.getAnnotations())
        || !Objects.equals(metadata.getDeletionTimestamp(), old.getDeletionTimestamp());
  }
}
