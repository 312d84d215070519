package dev.sluice.crds.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How a kind is called, and what `kubectl get` shows of it between `NAME` and `AGE`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {

  String plural();

  String shortName();

  Column[] columns();

  /// One printer column.
  @Retention(RetentionPolicy.RUNTIME)
  @Target({})
  @interface Column {

    String name();

    /// The JSON path of what is shown.
    String path();

    /// Whether only `-o wide` shows it.
    boolean wide() default false;
  }
}
