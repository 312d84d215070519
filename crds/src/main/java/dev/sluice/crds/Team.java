package dev.sluice.crds;

import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Kind;
import dev.sluice.crds.schema.Kind.Column;
import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Rule;
import dev.sluice.crds.schema.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group of keys that share limits. Teams nest; a limit of a parent always binds its children.
@Kind(
    plural = "teams",
    shortName = "team",
    columns = {
      @Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status"),
      @Column(name = "Parent", path = ".spec.parent"),
      @Column(name = "Spent", path = ".status.spentUsd"),
      @Column(name = "Limit", path = ".status.limitUsd"),
      @Column(name = "Resets", path = ".status.resetsAt"),
      @Column(
          name = "Reason",
          path = ".status.conditions[?(@.type==\"Ready\")].reason",
          wide = true)
    })
@Rule(
    check = "!has(self.spec.parent) || self.spec.parent != self.metadata.name",
    message = "another Team: none can be its own parent",
    at = ".spec.parent")
public record Team(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param parent the Team above, `NAMESPACE/NAME` where it is of another namespace, which its
  ///   `allowedNamespaces` must let; no cycles; default: this is a root
  /// @param budgets limits on what all keys of this team and of its children spend; default none
  /// @param rateLimits limits on how fast all keys of this team and of its children are used;
  ///   default none
  /// @param models the models that the team's keys may use; default: no limit of this team's own
  /// @param aliases names that stand for models; a key's and a nearer team's win; default none
  /// @param minOutputTokens for all keys of the team that have none of their own: `max_tokens` is
  ///   never lowered below this to fit a budget, 1 to 1000000; default: the parent's
  /// @param mcp tools that the team's keys may use; default: no limit of this team's own; an empty
  ///   list allows none. A key, and a team below, can only narrow it
  /// @param tiers models that serve Claude Code's tiers; a key's and a nearer team's win; one that
  ///   a key cannot use is left out for it; default none
  /// @param caps limits on single sessions and agents of each of the keys; default none
  /// @param degrade cheaper models as a budget of this team fills; see VirtualKey. A step that a
  ///   key cannot use is left out for it; default none
  /// @param warnAt percentages of a budget at which to warn
  /// @param providers the providers that requests of the team's keys may reach, whatever else
  ///   allows more: no route, alias or fallback gets past it; default: no limit of this team's own
  /// @param whenLedgerUnavailable whether the requests of all keys below go on while Redis does not
  ///   answer: `Refuse`, or `Allow`, and then no budget binds them for so long, and what they cost
  ///   is posted once it is back; only on a root; default `Refuse`
  /// @param complexity what makes a request simple, for the matches of the keys' routes; see
  ///   VirtualKey
  /// @param allowedNamespaces whose VirtualKeys and Teams may be below this team; default its own
  ///   namespace's
  @Rule(
      check = "!has(self.whenLedgerUnavailable) || !has(self.parent)",
      message = "only on a root: a team without a parent",
      at = ".whenLedgerUnavailable")
  @Rule(
      check = VirtualKey.Degrade.NEEDS_BUDGET,
      message = VirtualKey.Degrade.NEEDS_BUDGET_MESSAGE,
      at = ".degrade")
  public record Spec(
      @Nullable @Is(Text.REFERENCE) String parent,
      @Items(max = 16) @Rule(check = BudgetSpec.EACH_ONCE, message = BudgetSpec.EACH_ONCE_MESSAGE)
          List<BudgetSpec> budgets,
      @Items(max = 16) @Rule(check = RateLimit.EACH_ONCE, message = RateLimit.EACH_ONCE_MESSAGE)
          List<RateLimit> rateLimits,
      @Nullable Models models,
      @Items(max = 64, key = "name") List<VirtualKey.Alias> aliases,
      @Range(min = 1, max = 1_000_000) @Nullable Long minOutputTokens,
      @Items(max = 64, key = "server") @Nullable List<VirtualKey.McpGrant> mcp,
      VirtualKey.@Nullable Tiers tiers,
      VirtualKey.@Nullable Caps caps,
      @Items(max = 16, key = "at") List<VirtualKey.Degrade> degrade,
      @NotYet @Items(max = 16) @Range(min = 1, max = 100) List<Long> warnAt,
      @Nullable Providers providers,
      @Nullable WhenLedgerUnavailable whenLedgerUnavailable,
      VirtualKey.@Nullable Complexity complexity,
      @Nullable AllowedNamespaces allowedNamespaces) {
    public Spec {
      budgets = List.copyOf(budgets);
      rateLimits = List.copyOf(rateLimits);
      aliases = List.copyOf(aliases);
      mcp = mcp == null ? null : List.copyOf(mcp);
      degrade = List.copyOf(degrade);
      warnAt = List.copyOf(warnAt);
    }
  }

  /// @param allow globs of canonical model names, where `*` stands for any run of characters;
  ///   default: no limit; an empty list allows none. A key can only narrow it
  public record Models(@Items(max = 128) @Nullable List<@Is(Text.GLOB) String> allow) {
    public Models {
      allow = allow == null ? null : List.copyOf(allow);
    }
  }

  /// @param allow Providers of the team's own namespace, `NAMESPACE/NAME` of another one; default
  ///   all; an empty list allows none. A team below can only narrow it
  /// @param regions regions that a provider may be in, by its `region` or `location`; one that
  ///   tells neither is not allowed. `global` is a region too, and so is the geography of one of
  ///   Bedrock's inference profiles (`eu`, `us`, `apac`...): a model of this kind needs its
  ///   provider's region and its geography, and a name that does not tell where it leads, such as
  ///   an application's own profile, is not allowed. Default all; an empty list allows none. A team
  ///   below can only narrow it
  public record Providers(
      @Items(max = 128) @Nullable List<@Is(Text.REFERENCE) String> allow,
      @Items(max = 128) @Nullable List<@Is(Text.LABEL) String> regions) {
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
      @Items(max = 16, key = "type") List<Condition> conditions,
      @Nullable @Is(Text.REPORTED) String spentUsd,
      @Nullable @Is(Text.REPORTED) String limitUsd,
      @Nullable @Is(Text.REPORTED) String resetsAt,
      @Items(max = 16) List<BudgetStatus> budgets) {
    public Status {
      conditions = List.copyOf(conditions);
      budgets = List.copyOf(budgets);
    }
  }
}
