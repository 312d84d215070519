package dev.sluice.core.listing;

import dev.sluice.core.policy.ObjectName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One object of a listing. Its fields are the ones of JSON and YAML.
public sealed interface Row {

  String namespace();

  String name();

  State state();

  /// What binds the object, its own first; a budget whose use nobody told has no `posted`.
  List<LimitRow> budgets();

  default ObjectName objectName() {
    return new ObjectName(namespace(), name());
  }

  /// @param teams from the key's own to the root, as its manifest would name them
  /// @param secret where its value is; null where it is not in a Secret that we made
  record OfKey(
      String namespace,
      String name,
      State state,
      List<String> teams,
      @Nullable String owner,
      boolean suspended,
      @Nullable String expiresAt,
      @Nullable String secret,
      List<LimitRow> budgets)
      implements Row {
    public OfKey {
      teams = List.copyOf(teams);
      budgets = List.copyOf(budgets);
    }
  }

  /// @param parents from the one above it to the root, as its manifest would name them
  record OfTeam(
      String namespace, String name, State state, List<String> parents, List<LimitRow> budgets)
      implements Row {
    public OfTeam {
      parents = List.copyOf(parents);
      budgets = List.copyOf(budgets);
    }
  }

  /// @param type the language that it speaks; null where its manifest cannot be read
  /// @param endpoint null for the type's own
  record OfProvider(
      String namespace,
      String name,
      State state,
      @Nullable String type,
      @Nullable String endpoint,
      List<LimitRow> budgets)
      implements Row {
    public OfProvider {
      budgets = List.copyOf(budgets);
    }
  }

  /// A server of tools.
  ///
  /// @param transport null where its manifest cannot be read
  /// @param protocol the version that was agreed on; null before
  /// @param tools how many it says it has; null where nobody told
  /// @param hidden how many of those that are told are not served
  /// @param error of the connection; null without one
  record OfServer(
      String namespace,
      String name,
      State state,
      @Nullable String transport,
      @Nullable String protocol,
      @Nullable Long tools,
      @Nullable Long hidden,
      @Nullable String error)
      implements Row {

    /// It has none of its own.
    @Override
    public List<LimitRow> budgets() {
      return List.of();
    }
  }
}
