package dev.sluice.feed.codec;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing.Complexity;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.time.Instant;

/// Names, times and the words of enums, both ways.
final class Words {

  private Words() {}

  static PolicyProto.ObjectName of(ObjectName name) {
    return PolicyProto.ObjectName.newBuilder()
        .setNamespace(name.namespace())
        .setName(name.name())
        .build();
  }

  static ObjectName of(PolicyProto.ObjectName name) {
    return new ObjectName(name.getNamespace(), name.getName());
  }

  static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant of(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  static Duration of(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static java.time.Duration of(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static PolicyProto.LedgerAway of(LedgerAway choice) {
    return switch (choice) {
      case REFUSE -> PolicyProto.LedgerAway.LEDGER_AWAY_REFUSE;
      case ALLOW -> PolicyProto.LedgerAway.LEDGER_AWAY_ALLOW;
    };
  }

  static LedgerAway of(PolicyProto.LedgerAway choice, int number) {
    return switch (choice) {
      case LEDGER_AWAY_REFUSE -> LedgerAway.REFUSE;
      case LEDGER_AWAY_ALLOW -> LedgerAway.ALLOW;
      case LEDGER_AWAY_UNSPECIFIED, UNRECOGNIZED -> throw unknown("when_ledger_away", number);
    };
  }

  static PolicyProto.Tier of(Tier tier) {
    return switch (tier) {
      case OPUS -> PolicyProto.Tier.TIER_OPUS;
      case SONNET -> PolicyProto.Tier.TIER_SONNET;
      case HAIKU -> PolicyProto.Tier.TIER_HAIKU;
    };
  }

  static Tier of(PolicyProto.Tier tier, int number) {
    return switch (tier) {
      case TIER_OPUS -> Tier.OPUS;
      case TIER_SONNET -> Tier.SONNET;
      case TIER_HAIKU -> Tier.HAIKU;
      case TIER_UNSPECIFIED, UNRECOGNIZED -> throw unknown("tier", number);
    };
  }

  static PolicyProto.Complexity of(Complexity complexity) {
    return switch (complexity) {
      case SIMPLE -> PolicyProto.Complexity.COMPLEXITY_SIMPLE;
      case COMPLEX -> PolicyProto.Complexity.COMPLEXITY_COMPLEX;
    };
  }

  static Complexity of(PolicyProto.Complexity complexity, int number) {
    return switch (complexity) {
      case COMPLEXITY_SIMPLE -> Complexity.SIMPLE;
      case COMPLEXITY_COMPLEX -> Complexity.COMPLEX;
      case COMPLEXITY_UNSPECIFIED, UNRECOGNIZED -> throw unknown("complexity", number);
    };
  }

  static PolicyProto.Level of(Level level) {
    return switch (level) {
      case KEY -> PolicyProto.Level.LEVEL_KEY;
      case PROVIDER_CONFIG -> PolicyProto.Level.LEVEL_PROVIDER_CONFIG;
      case TEAM -> PolicyProto.Level.LEVEL_TEAM;
      case PROVIDER -> PolicyProto.Level.LEVEL_PROVIDER;
      case SESSION -> PolicyProto.Level.LEVEL_SESSION;
      case AGENT -> PolicyProto.Level.LEVEL_AGENT;
    };
  }

  static Level of(PolicyProto.Level level, int number) {
    return switch (level) {
      case LEVEL_KEY -> Level.KEY;
      case LEVEL_PROVIDER_CONFIG -> Level.PROVIDER_CONFIG;
      case LEVEL_TEAM -> Level.TEAM;
      case LEVEL_PROVIDER -> Level.PROVIDER;
      case LEVEL_SESSION -> Level.SESSION;
      case LEVEL_AGENT -> Level.AGENT;
      case LEVEL_UNSPECIFIED, UNRECOGNIZED -> throw unknown("level", number);
    };
  }

  static PolicyProto.Period of(Period period) {
    return switch (period) {
      case MINUTE -> PolicyProto.Period.PERIOD_MINUTE;
      case HOUR -> PolicyProto.Period.PERIOD_HOUR;
      case DAY -> PolicyProto.Period.PERIOD_DAY;
      case WEEK -> PolicyProto.Period.PERIOD_WEEK;
      case MONTH -> PolicyProto.Period.PERIOD_MONTH;
      case YEAR -> PolicyProto.Period.PERIOD_YEAR;
    };
  }

  static Period of(PolicyProto.Period period, int number) {
    return switch (period) {
      case PERIOD_MINUTE -> Period.MINUTE;
      case PERIOD_HOUR -> Period.HOUR;
      case PERIOD_DAY -> Period.DAY;
      case PERIOD_WEEK -> Period.WEEK;
      case PERIOD_MONTH -> Period.MONTH;
      case PERIOD_YEAR -> Period.YEAR;
      case PERIOD_UNSPECIFIED, UNRECOGNIZED -> throw unknown("period", number);
    };
  }

  static PolicyProto.Measure of(Measure measure) {
    return switch (measure) {
      case USD -> PolicyProto.Measure.MEASURE_USD;
      case TOKENS -> PolicyProto.Measure.MEASURE_TOKENS;
      case REQUESTS -> PolicyProto.Measure.MEASURE_REQUESTS;
      case CONCURRENT -> PolicyProto.Measure.MEASURE_CONCURRENT;
    };
  }

  static Measure of(PolicyProto.Measure measure, int number) {
    return switch (measure) {
      case MEASURE_USD -> Measure.USD;
      case MEASURE_TOKENS -> Measure.TOKENS;
      case MEASURE_REQUESTS -> Measure.REQUESTS;
      case MEASURE_CONCURRENT -> Measure.CONCURRENT;
      case MEASURE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("measure", number);
    };
  }

  static PolicyProto.ModelKind of(Model.Kind kind) {
    return switch (kind) {
      case TEXT -> PolicyProto.ModelKind.MODEL_KIND_TEXT;
      case EMBEDDING -> PolicyProto.ModelKind.MODEL_KIND_EMBEDDING;
    };
  }

  static Model.Kind of(PolicyProto.ModelKind kind, int number) {
    return switch (kind) {
      case MODEL_KIND_TEXT, MODEL_KIND_UNSPECIFIED -> Model.Kind.TEXT;
      case MODEL_KIND_EMBEDDING -> Model.Kind.EMBEDDING;
      case UNRECOGNIZED -> throw unknown("kind", number);
    };
  }

  /// A word that a later version has added: what it asks for cannot be done here.
  static IllegalArgumentException unknown(String field, int number) {
    return new IllegalArgumentException(
        "%s %d is not known here (expected: a gateway as new as who publishes)"
            .formatted(field, number));
  }
}
