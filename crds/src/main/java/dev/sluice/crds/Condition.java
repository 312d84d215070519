package dev.sluice.crds;

import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Text;

/// One aspect of an object's state, as Kubernetes shows it.
///
/// @param type `Accepted`, `ResolvedRefs`, `Programmed` or `Ready`
/// @param status `True`, `False` or `Unknown`
/// @param observedGeneration the generation of the object that this speaks of
/// @param lastTransitionTime when `status` last changed
/// @param reason one CamelCase word
/// @param message a sentence for people
public record Condition(
    @Is(Text.REPORTED) String type,
    @Is(Text.REPORTED) String status,
    Long observedGeneration,
    @Is(Text.REPORTED) String lastTransitionTime,
    @Is(Text.REPORTED) String reason,
    @Is(Text.REPORTED_SENTENCE) String message) {}
