package dev.sluice.operator.trigger;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one informer keeps: objects without the record of who manages which field. Nothing here
/// reads it, and of a small object it is the larger part.
///
/// It belongs to one informer alone, which throws out what its own list does not have.
final class LeanStore<V extends HasMetadata> implements ItemStore<V> {

  private final BasicItemStore<V> items = new BasicItemStore<>(Cache::metaNamespaceKeyFunc);

  @Override
  public String getKey(V item) {
    return items.getKey(item);
  }

  @Override
  public @Nullable V put(String key, V item) {
    item.getMetadata().setManagedFields(List.of());
    return items.put(key, item);
  }

  @Override
  public @Nullable V remove(String key) {
    return items.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet();
  }

  @Override
  public Stream<V> values() {
    return items.values();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public @Nullable V get(String key) {
    return items.get(key);
  }
}
