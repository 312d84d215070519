package dev.sluice.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.operator.kinds.ApiGroup;
import dev.sluice.operator.world.Seen;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the statuses and events of objects, as one field manager.
final class StatusWriter {

  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  static final String MANAGER = "sluice-operator";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final EventWriter events;

  StatusWriter(KubernetesClient client) {
    this.client = client;
    this.events = new EventWriter(client);
  }

  /// @return whether the API server has it now, or the object is gone
  boolean write(Seen object, JsonNode status) {
    var resource = resource(object, status);
    try {
      client.resource(resource).subresource("status").patch(APPLY);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return true; // Gone, or another object of its name: the next round sees it.
      }
      LOG.warn("the status of {} cannot be written: {}", object.id().path(), sentence(e));
      return false;
    }
  }

  /// The uid: a status must not reach another object of the same name.
  private static GenericKubernetesResource resource(Seen object, JsonNode status) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(ApiGroup.NAME + "/" + ApiGroup.VERSION)
        .withKind(object.id().kind())
        .withNewMetadata()
        .withName(object.id().name().name())
        .withNamespace(object.id().name().namespace())
        .withUid(object.uid())
        .endMetadata()
        .withAdditionalProperties(Map.of("status", JSON.convertValue(status, Map.class)))
        .build();
  }

  /// Tells people of a change.
  void event(Seen object, Verdict verdict, Instant now) {
    var name = object.id().name();
    var about =
        new ObjectReferenceBuilder()
            .withApiVersion(ApiGroup.NAME + "/" + ApiGroup.VERSION)
            .withKind(object.id().kind())
            .withName(name.name())
            .withNamespace(name.namespace())
            .withUid(object.uid())
            .build();
    var type = verdict.holds() ? EventWriter.Type.Normal : EventWriter.Type.Warning;
    events.write(about, type, verdict.reason(), verdict.message(), now);
  }

  static String sentence(KubernetesClientException e) {
    if (e.getStatus() != null) {
      return e.getStatus().getMessage();
    }
    return e.getMessage() == null ? String.valueOf(e.getCause()) : e.getMessage();
  }
}
