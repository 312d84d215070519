package dev.sluice.crds;

/// One aspect of an object's state, as Kubernetes shows it.
///
/// @param type `Accepted`, `ResolvedRefs`, `Programmed` or `Ready`
/// @param status `True`, `False` or `Unknown`
/// @param observedGeneration the generation of the object that this speaks of
/// @param lastTransitionTime when `status` last changed
/// @param reason one CamelCase word
/// @param message a sentence for people
public record Condition(
    String type,
    String status,
    Long observedGeneration,
    String lastTransitionTime,
    String reason,
    String message) {}
