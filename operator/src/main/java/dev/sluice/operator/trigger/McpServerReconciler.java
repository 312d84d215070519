package dev.sluice.operator.trigger;

import dev.sluice.operator.kinds.McpServerResource;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/// Triggers a round when a McpServer changes or goes.
@ControllerConfiguration(
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(onUpdateFilter = OwnChange.class))
final class McpServerReconciler implements Reconciler<McpServerResource> {

  private final Watched watched;

  McpServerReconciler(Watched watched) {
    this.watched = watched;
  }

  @Override
  public List<EventSource<?, McpServerResource>> prepareEventSources(
      EventSourceContext<McpServerResource> context) {
    watched.add(context.getPrimaryCache());
    return List.of();
  }

  @Override
  public UpdateControl<McpServerResource> reconcile(
      McpServerResource object, Context<McpServerResource> context) {
    watched.changed();
    return UpdateControl.noUpdate();
  }
}
