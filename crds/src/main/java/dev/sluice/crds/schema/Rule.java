package dev.sluice.crds.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A condition in CEL on a record, or on one field of it, with what is said where it does not hold.
/// On a kind itself `self` has `metadata.name`; nowhere else is there any metadata.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
@Repeatable(Rule.All.class)
public @interface Rule {

  String check();

  String message();

  /// The field that the message is shown at, such as `.budgets`; default: where the rule is.
  String at() default "";

  /// Several rules.
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
  @interface All {
    Rule[] value();
  }
}
