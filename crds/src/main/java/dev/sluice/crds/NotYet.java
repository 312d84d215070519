package dev.sluice.crds;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a kind, a field or a value that is part of the API but not enforced yet: using it is an
/// error, so that nobody relies on it. Whoever enforces it deletes the mark.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface NotYet {}
