package dev.sluice.crds.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The least and the largest value of a number, or of each number of a list.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

  /// What a ledger keeps exactly: 2^53.
  long MOST_MAX = 9_007_199_254_740_992L;

  long min();

  long max();
}
