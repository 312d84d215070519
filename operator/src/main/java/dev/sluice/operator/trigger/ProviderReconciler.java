package dev.sluice.operator.trigger;

import dev.sluice.operator.kinds.ProviderResource;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/// Triggers a round when a Provider changes or goes.
@ControllerConfiguration(
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(onUpdateFilter = OwnChange.class))
final class ProviderReconciler implements Reconciler<ProviderResource> {

  private final Watched watched;

  ProviderReconciler(Watched watched) {
    this.watched = watched;
  }

  @Override
  public List<EventSource<?, ProviderResource>> prepareEventSources(
      EventSourceContext<ProviderResource> context) {
    watched.add(context.getPrimaryCache());
    return List.of();
  }

  @Override
  public UpdateControl<ProviderResource> reconcile(
      ProviderResource object, Context<ProviderResource> context) {
    watched.changed();
    return UpdateControl.noUpdate();
  }
}
