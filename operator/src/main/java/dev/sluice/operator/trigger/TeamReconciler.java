package dev.sluice.operator.trigger;

import dev.sluice.operator.kinds.TeamResource;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/// Triggers a round when a Team changes or goes.
@ControllerConfiguration(
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(onUpdateFilter = OwnChange.class))
final class TeamReconciler implements Reconciler<TeamResource> {

  private final Watched watched;

  TeamReconciler(Watched watched) {
    this.watched = watched;
  }

  @Override
  public List<EventSource<?, TeamResource>> prepareEventSources(
      EventSourceContext<TeamResource> context) {
    watched.add(context.getPrimaryCache());
    return List.of();
  }

  @Override
  public UpdateControl<TeamResource> reconcile(TeamResource object, Context<TeamResource> context) {
    watched.changed();
    return UpdateControl.noUpdate();
  }
}
