package dev.sluice.operator.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A VirtualKey as the API server keeps it; what it means is the compile step's to say.
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Kind("VirtualKey")
@Plural("virtualkeys")
public final class VirtualKeyResource extends CustomResource<JsonNode, JsonNode>
    implements Namespaced {

  @Override
  protected @Nullable JsonNode initSpec() {
    return null;
  }

  @Override
  protected @Nullable JsonNode initStatus() {
    return null;
  }

  /// Without the record of who manages which field, which is the larger part of a small object.
  @Override
  public void setMetadata(ObjectMeta metadata) {
    metadata.setManagedFields(List.of());
    super.setMetadata(metadata);
  }
}
