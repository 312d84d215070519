package dev.sluice.operator.report;

import dev.sluice.operator.kinds.ApiGroup;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the events that people see beside an object. One that is lost is in the object's status,
/// or in the log, nonetheless.
public final class EventWriter {

  private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);

  /// As the API server takes it.
  private static final int MESSAGE_CHARS_MAX = 1024;

  private final KubernetesClient client;

  /// The constants are spelled as in Kubernetes.
  public enum Type {
    Normal,
    Warning
  }

  public EventWriter(KubernetesClient client) {
    this.client = client;
  }

  /// @param reason one CamelCase word
  /// @param message a sentence for people; never a secret
  public void write(ObjectReference about, Type type, String reason, String message, Instant now) {
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName(about.getName() + ".")
            .withNamespace(about.getNamespace())
            .endMetadata()
            .withInvolvedObject(about)
            .withReason(reason)
            .withMessage(cut(message))
            .withType(type.name())
            .withFirstTimestamp(now.toString())
            .withLastTimestamp(now.toString())
            .withCount(1)
            .withNewSource()
            .withComponent(StatusWriter.MANAGER)
            .endSource()
            .withReportingComponent(ApiGroup.NAME + "/operator")
            .withReportingInstance(StatusWriter.MANAGER)
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.warn(
          "an event of {}/{}/{} cannot be written: {}",
          about.getKind(),
          about.getNamespace(),
          about.getName(),
          StatusWriter.sentence(e));
    }
  }

  private static String cut(String message) {
    return message.length() > MESSAGE_CHARS_MAX ? message.substring(0, MESSAGE_CHARS_MAX) : message;
  }
}
