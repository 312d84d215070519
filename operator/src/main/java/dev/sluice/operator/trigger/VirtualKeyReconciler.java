package dev.sluice.operator.trigger;

import dev.sluice.operator.kinds.VirtualKeyResource;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/// Triggers a round when a VirtualKey changes or goes.
@ControllerConfiguration(
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(onUpdateFilter = OwnChange.class))
final class VirtualKeyReconciler implements Reconciler<VirtualKeyResource> {

  private final Watched watched;

  VirtualKeyReconciler(Watched watched) {
    this.watched = watched;
  }

  @Override
  public List<EventSource<?, VirtualKeyResource>> prepareEventSources(
      EventSourceContext<VirtualKeyResource> context) {
    watched.add(context.getPrimaryCache());
    return List.of();
  }

  @Override
  public UpdateControl<VirtualKeyResource> reconcile(
      VirtualKeyResource object, Context<VirtualKeyResource> context) {
    watched.changed();
    return UpdateControl.noUpdate();
  }
}
