package dev.sluice.crds.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How many items a list or a map can have. Every one has this: without it the API server expects
/// the worst, and refuses the rules within for what they might cost.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Items {

  int max();

  int min() default 0;

  /// The field by which items differ, and by which server-side apply merges two lists; none: a list
  /// is replaced whole.
  String key() default "";
}
