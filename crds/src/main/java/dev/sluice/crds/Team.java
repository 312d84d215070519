package dev.sluice.crds;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group of keys that share limits. Teams nest; a limit of a parent always binds its children.
public record Team(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param parent the Team above, in the same namespace; no cycles; default: this is a root
  /// @param budgets limits on what all keys of this team and of its children spend; default none
  /// @param rateLimits limits on how fast all keys of this team and of its children are used;
  ///   default none
  /// @param models the models that the team's keys may use; default: no limit of this team's own
  /// @param aliases names that stand for models; a key's and a nearer team's win; default none
  /// @param minOutputTokens see VirtualKey; default: the parent's
  /// @param mcp tools that the team's keys may use
  /// @param tiers models by Claude Code's tiers
  /// @param caps limits on single sessions and agents of each of the keys; default none
  /// @param degrade cheaper models as a budget of this team fills; see VirtualKey. A step that a
  ///   key cannot use is left out for it; default none
  /// @param warnAt percentages of a budget at which to warn
  /// @param providers the providers and regions that a request may reach, whatever else allows more
  /// @param whenLedgerUnavailable whether requests go on while the ledger does not answer:
  ///   `Refuse`, or `Allow`, and then no budget binds for so long; only on a root; default `Refuse`
  /// @param allowedNamespaces who may refer to this team; default its own namespace
  public record Spec(
      @Nullable String parent,
      List<BudgetSpec> budgets,
      List<RateLimit> rateLimits,
      @Nullable Models models,
      List<VirtualKey.Alias> aliases,
      @Nullable Long minOutputTokens,
      @NotYet List<VirtualKey.McpGrant> mcp,
      @NotYet VirtualKey.@Nullable Tiers tiers,
      VirtualKey.@Nullable Caps caps,
      List<VirtualKey.Degrade> degrade,
      @NotYet List<Long> warnAt,
      @NotYet @Nullable Providers providers,
      @Nullable WhenLedgerUnavailable whenLedgerUnavailable,
      @NotYet @Nullable AllowedNamespaces allowedNamespaces) {
    public Spec {
      budgets = List.copyOf(budgets);
      rateLimits = List.copyOf(rateLimits);
      aliases = List.copyOf(aliases);
      mcp = List.copyOf(mcp);
      degrade = List.copyOf(degrade);
      warnAt = List.copyOf(warnAt);
    }
  }

  /// @param allow globs of canonical model names, where `*` stands for any run of characters;
  ///   default: no limit; an empty list allows none. A key can only narrow it
  public record Models(@Nullable List<String> allow) {
    public Models {
      allow = allow == null ? null : List.copyOf(allow);
    }
  }

  /// @param allow names of Providers; default all
  /// @param regions regions that a provider may run in; default all
  public record Providers(@Nullable List<String> allow, @Nullable List<String> regions) {
    public Providers {
      allow = allow == null ? null : List.copyOf(allow);
      regions = regions == null ? null : List.copyOf(regions);
    }
  }

  /// What happens to requests while the ledger cannot be reached.
  public enum WhenLedgerUnavailable {
    Refuse,
    Allow
  }

  /// What the operator reports; `spentUsd`, `limitUsd` and `resetsAt` of the fullest of the team's
  /// own budgets.
  ///
  /// @param observedGeneration the generation that the conditions speak of
  /// @param conditions `Accepted`, `ResolvedRefs`, `Programmed`, `Ready`
  /// @param spentUsd what is posted in that budget's window
  /// @param limitUsd that budget's limit
  /// @param resetsAt when that budget starts anew
  /// @param budgets the team's own budgets in the order of the spec, at most 16
  public record Status(
      @Nullable Long observedGeneration,
      List<Condition> conditions,
      @Nullable String spentUsd,
      @Nullable String limitUsd,
      @Nullable String resetsAt,
      List<BudgetStatus> budgets) {
    public Status {
      conditions = List.copyOf(conditions);
      budgets = List.copyOf(budgets);
    }
  }
}
