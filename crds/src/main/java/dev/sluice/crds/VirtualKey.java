package dev.sluice.crds;

import dev.sluice.crds.schema.Default;
import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Kind;
import dev.sluice.crds.schema.Kind.Column;
import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Rule;
import dev.sluice.crds.schema.Text;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A key that a developer or a service uses, and all that it may do.
@Kind(
    plural = "virtualkeys",
    shortName = "vk",
    columns = {
      @Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status"),
      @Column(name = "Team", path = ".spec.team"),
      @Column(name = "Owner", path = ".spec.owner"),
      @Column(name = "Spent", path = ".status.spentUsd"),
      @Column(name = "Limit", path = ".status.limitUsd"),
      @Column(name = "Resets", path = ".status.resetsAt"),
      @Column(name = "Secret", path = ".status.secretName", wide = true),
      @Column(name = "Suspended", path = ".spec.suspended", wide = true),
      @Column(name = "Expires", path = ".spec.expiresAt", wide = true),
      @Column(
          name = "Reason",
          path = ".status.conditions[?(@.type==\"Ready\")].reason",
          wide = true)
    })
@Rule(
    check = "has(self.spec.keySecretRef) || size(self.metadata.name) <= 249",
    message = "at most 249 characters without keySecretRef: a Secret is named after it",
    at = ".spec")
public record VirtualKey(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param team the Team that the key belongs to, `NAMESPACE/NAME` where it is of another
  ///   namespace, which its `allowedNamespaces` must let; default none
  /// @param owner who answers for the key, at most 256 characters; default none
  /// @param keySecretRef a key of one's own, 20 to 256 visible ASCII characters; a single line
  ///   break at its end is dropped; no two VirtualKeys may have the same; default: one is made
  /// @param suspended `true` refuses the key, and takes effect even where the rest of the object is
  ///   bad; default `false`
  /// @param expiresAt a time such as `"2027-01-01T00:00:00Z"` from which on the key is refused;
  ///   default never
  /// @param providers what the key may use; among those that can serve the model the weights
  ///   decide; each provider at most once; default nothing
  /// @param budgets limits on what this key spends; default none of its own
  /// @param aliases names that stand for models; win over the teams'; default none
  /// @param minOutputTokens `max_tokens` is never lowered below this to fit a budget, 1 to 1000000;
  ///   default: the nearest team's, else 4096
  /// @param routes the first whose match fits names the model, in place of the asked one and of its
  ///   alias; default none
  /// @param fallbacks models that follow, in this order, where the chosen one fails; what the key
  ///   may not use is left out; default none
  /// @param rateLimits limits on how fast the key is used; default none
  /// @param grants raises of the key's own budgets that end by themselves; default none
  /// @param mcp tools that the key may use, of servers of its own namespace, or of others that let
  ///   it; default none
  /// @param tiers models that serve Claude Code's tiers where no route matches; a name with a
  ///   provider, and an alias, is of no tier; win over the teams'; default: the model that is asked
  /// @param caps limits on single sessions and agents; default none
  /// @param degrade cheaper models as a budget of this key fills; default none
  /// @param warnAt percentages of a budget at which to warn
  /// @param complexity what makes a request simple, for the matches of routes that ask: a class or
  ///   a type of agent that is listed, or else size, tools and thinking together. Every other
  ///   request is complex. Each field for itself is the key's, else the nearest team's, else the
  ///   default. Without a route that asks it has no effect
  @Rule(
      check =
          "!has(self.grants) || size(self.grants) == 0"
              + " || (has(self.budgets) && size(self.budgets) > 0)",
      message = "a budget that the grants raise is required",
      at = ".grants")
  @Rule(check = Raise.SUM, message = Raise.SUM_MESSAGE, at = ".grants")
  @Rule(check = Degrade.NEEDS_BUDGET, message = Degrade.NEEDS_BUDGET_MESSAGE, at = ".degrade")
  public record Spec(
      @Nullable @Is(Text.REFERENCE) String team,
      @Nullable @Is(Text.LINE) String owner,
      @Nullable SecretKeyRef keySecretRef,
      @Default("false") @Nullable Boolean suspended,
      @Nullable @Is(Text.TIME) String expiresAt,
      @Items(max = 64, key = "name") List<ProviderGrant> providers,
      @Items(max = 16) @Rule(check = BudgetSpec.EACH_ONCE, message = BudgetSpec.EACH_ONCE_MESSAGE)
          List<BudgetSpec> budgets,
      @Items(max = 64, key = "name") List<Alias> aliases,
      @Range(min = 1, max = 1_000_000) @Nullable Long minOutputTokens,
      @Items(max = 64) List<Route> routes,
      @Items(max = 16) List<@Is(Text.TARGET) String> fallbacks,
      @Items(max = 16) @Rule(check = RateLimit.EACH_ONCE, message = RateLimit.EACH_ONCE_MESSAGE)
          List<RateLimit> rateLimits,
      @Items(max = 16) List<Raise> grants,
      @Items(max = 64, key = "server") List<McpGrant> mcp,
      @Nullable Tiers tiers,
      @Nullable Caps caps,
      @Items(max = 16, key = "at") List<Degrade> degrade,
      @NotYet @Items(max = 16) @Range(min = 1, max = 100) List<Long> warnAt,
      @Nullable Complexity complexity) {
    public Spec {
      providers = List.copyOf(providers);
      budgets = List.copyOf(budgets);
      aliases = List.copyOf(aliases);
      routes = List.copyOf(routes);
      fallbacks = List.copyOf(fallbacks);
      rateLimits = List.copyOf(rateLimits);
      grants = List.copyOf(grants);
      mcp = List.copyOf(mcp);
      degrade = List.copyOf(degrade);
      warnAt = List.copyOf(warnAt);
    }
  }

  /// The permission to use a provider.
  ///
  /// @param name a Provider; required
  /// @param namespace the Provider's; default the key's own
  /// @param weight the share of sessions among the providers that can serve the model, 0 to
  ///   1000000; a session stays where it is; 0: only where no other one can, or after one that
  ///   failed; default 1
  /// @param models globs of canonical model names, where `*` stands for any run of characters;
  ///   default: all that the team allows; an empty list allows none
  /// @param budgets limits on what this key spends at this provider; default none
  /// @param rateLimits limits on how fast this key uses this provider; default none
  public record ProviderGrant(
      @Is(Text.NAME) String name,
      @Nullable @Is(Text.LABEL) String namespace,
      @Range(min = 0, max = 1_000_000) @Nullable Long weight,
      @Items(max = 128) @Nullable List<@Is(Text.GLOB) String> models,
      @Items(max = 16) @Rule(check = BudgetSpec.EACH_ONCE, message = BudgetSpec.EACH_ONCE_MESSAGE)
          List<BudgetSpec> budgets,
      @Items(max = 16) @Rule(check = RateLimit.EACH_ONCE, message = RateLimit.EACH_ONCE_MESSAGE)
          List<RateLimit> rateLimits) {
    public ProviderGrant {
      models = models == null ? null : List.copyOf(models);
      budgets = List.copyOf(budgets);
      rateLimits = List.copyOf(rateLimits);
    }
  }

  /// A name that stands for a model.
  ///
  /// @param name what clients ask for, spelled like a model's name; unique in the list; required
  /// @param to a model, or `provider/model`; required
  public record Alias(@Is(Text.MODEL) String name, @Is(Text.TARGET) String to) {}

  /// @param match what the request must be like; without any field every request fits; required
  /// @param to a model, or `provider/model`, which a provider of this key has; required
  public record Route(Match match, @Is(Text.TARGET) String to) {}

  /// What a request must be like: every field that is present must fit.
  ///
  /// @param model a glob of canonical model names, after aliases and without the provider
  /// @param tier one of Claude Code's tiers, `opus`, `sonnet` or `haiku`, as the model's name has
  ///   it
  /// @param header names of headers in lower case, each with the value that it must have, where `*`
  ///   stands for any run of characters; of `x-claude-code-*`, `x-sluice-tag-*`, `user-agent` and
  ///   `anthropic-beta`; what is longer than 1024 characters is compared by its beginning
  /// @param thinking whether the request asks for thinking
  /// @param size bounds on the request's size
  /// @param session a glob of session ids, as Claude Code's header has them
  /// @param agentType a glob of agent types, as Claude Code tells them with its hint headers on
  /// @param requestClass a glob of request classes, which it tells likewise: `main`, `subagent`,
  ///   `compaction`, `auxiliary`
  /// @param tools bounds on the number of tools that the request lists, of whatever kind
  /// @param complexity `Simple` or `Complex`, as the key's and its teams' `complexity` have it
  public record Match(
      @Nullable @Is(Text.GLOB) String model,
      @Nullable @Is(Text.TIER) String tier,
      @Items(max = 16) @Rule(check = HEADERS, message = HEADERS_MESSAGE)
          Map<String, @Is(Text.LINE) String> header,
      @Nullable Boolean thinking,
      @Nullable Size size,
      @Nullable @Is(Text.TOOL_GLOB) String session,
      @Nullable @Is(Text.TOOL_GLOB) String agentType,
      @Nullable @Is(Text.TOOL_GLOB) String requestClass,
      @Nullable Tools tools,
      @Nullable Grade complexity) {

    static final String HEADERS =
        "self.all(name, name == 'user-agent' || name == 'anthropic-beta'"
            + " || name.startsWith('x-claude-code-') || name.startsWith('x-sluice-tag-'))";

    public static final String HEADERS_MESSAGE =
        "headers that the gateway sees: x-claude-code-*, x-sluice-tag-*, user-agent,"
            + " anthropic-beta; in lower case";

    public Match {
      header = Map.copyOf(header);
    }
  }

  /// @param minBytes the least size of the body; default 0
  /// @param maxBytes the largest size of the body, not less than `minBytes`; default none
  @Rule(
      check = "!has(self.minBytes) || !has(self.maxBytes) || self.minBytes <= self.maxBytes",
      message = "at least minBytes",
      at = ".maxBytes")
  public record Size(
      @Range(min = 0, max = Range.MOST_MAX) @Nullable Long minBytes,
      @Range(min = 0, max = Range.MOST_MAX) @Nullable Long maxBytes) {}

  /// @param minCount the least number of tools; default 0
  /// @param maxCount the largest number of tools, not less than `minCount`; default none
  @Rule(
      check = "!has(self.minCount) || !has(self.maxCount) || self.minCount <= self.maxCount",
      message = "at least minCount",
      at = ".maxCount")
  public record Tools(
      @Range(min = 0, max = Range.MOST_MAX) @Nullable Long minCount,
      @Range(min = 0, max = Range.MOST_MAX) @Nullable Long maxCount) {}

  /// How much a request asks of a model.
  public enum Grade {
    Simple,
    Complex
  }

  /// What makes a request simple. What it is judged by only grows while a conversation goes on: it
  /// moves at most once, from a simple request's model to a complex one's, until it is compacted.
  ///
  /// @param maxBytes the largest body of a simple request; default 32768
  /// @param maxTools the most tools that a simple request lists; default 4
  /// @param thinking whether a request that asks for thinking can be simple; default `false`
  /// @param requestClasses globs of request classes that are simple, whatever else they are, as
  ///   Claude Code tells them with its hint headers on; an empty list has none; default
  ///   `[auxiliary]`
  /// @param agentTypes globs of agent types whose requests are simple likewise; default none
  public record Complexity(
      @Range(min = 0, max = Range.MOST_MAX) @Nullable Long maxBytes,
      @Range(min = 0, max = Range.MOST_MAX) @Nullable Long maxTools,
      @Nullable Boolean thinking,
      @Items(max = 64) @Nullable List<@Is(Text.TOOL_GLOB) String> requestClasses,
      @Items(max = 64) @Nullable List<@Is(Text.TOOL_GLOB) String> agentTypes) {

    public Complexity {
      requestClasses = requestClasses == null ? null : List.copyOf(requestClasses);
      agentTypes = agentTypes == null ? null : List.copyOf(agentTypes);
    }
  }

  /// A raise of every budget of the key's own (not of its providers') that ends by itself. One that
  /// has ended means nothing any more; a key without budgets cannot have any.
  ///
  /// @param addUsd dollars as a decimal string, more than `"0"`; with the limit of each budget and
  ///   all other raises at most `"9007199.254740992"` (2^53 nano-dollars); required
  /// @param until a time such as `"2026-12-01T00:00:00Z"` from which on it does not count, by the
  ///   ledger's clock and in the middle of a window; what was spent of it stays spent; required
  /// @param reason for people, at most 256 characters; default none
  public record Raise(
      @Is(Text.RAISE) String addUsd,
      @Is(Text.TIME) String until,
      @Nullable @Is(Text.LINE) String reason) {

    private static final String NANOS_OF_A_LIMIT =
        "isQuantity(b.limitUsd + 'e9') && quantity(b.limitUsd + 'e9').isInteger()"
            + " ? quantity(b.limitUsd + 'e9').asInteger() : 0";
    private static final String NANOS_OF_A_GRANT =
        "isQuantity(g.addUsd + 'e9') && quantity(g.addUsd + 'e9').isInteger()"
            + " ? quantity(g.addUsd + 'e9').asInteger() : 0";

    /// In whole nano-dollars. What is no amount is refused by itself, and counts as 0 here.
    static final String SUM =
        "!has(self.grants) || !has(self.budgets) || self.budgets.all(b, ("
            + NANOS_OF_A_LIMIT
            + ") + self.grants.map(g, "
            + NANOS_OF_A_GRANT
            + ").sum() <= 9007199254740992)";

    static final String SUM_MESSAGE =
        "the limit of a budget and all grants are together at most 9007199.254740992";
  }

  /// The permission to use tools of a server.
  ///
  /// @param server an McpServer, each at most once; required
  /// @param namespace the server's; default the object's own
  /// @param tools globs of tool names, as the server has them; what the server denies stays denied;
  ///   default none
  public record McpGrant(
      @Is(Text.NAME) String server,
      @Nullable @Is(Text.LABEL) String namespace,
      @Items(max = 128) List<@Is(Text.TOOL_GLOB) String> tools) {
    public McpGrant {
      tools = List.copyOf(tools);
    }
  }

  /// Models, or `provider/model`, in place of what Claude Code asks for.
  ///
  /// @param opus serves models that have this word in their name; default: as asked
  /// @param sonnet likewise
  /// @param haiku likewise
  public record Tiers(
      @Nullable @Is(Text.TARGET) String opus,
      @Nullable @Is(Text.TARGET) String sonnet,
      @Nullable @Is(Text.TARGET) String haiku) {}

  /// Limits on single runs of a client, as its headers name them. They stop what has gone astray,
  /// not who means it: a client can call itself a new session.
  ///
  /// @param sessionUsd the most that one session (`x-claude-code-session-id`) may spend in the 7
  ///   days from its first request on; one that lasts longer starts anew. Requests that name no
  ///   session are one. Dollars as a decimal string, bounds as a budget's; default none
  /// @param agentUsd the same for one agent (`x-claude-code-agent-id`); requests that name no agent
  ///   have no such limit
  public record Caps(
      @Nullable @Is(Text.DOLLARS) String sessionUsd, @Nullable @Is(Text.DOLLARS) String agentUsd) {}

  /// A step of the ladder: from there on a cheaper model serves sessions that begin.
  ///
  /// @param at the percentage of the fullest of the object's budgets that is posted, 1 to 100; each
  ///   at most once; required
  /// @param model a canonical model name, no alias. It takes the same requests as every dearer
  ///   model that the key may use of its provider, and is allowed, like those; required
  public record Degrade(@Range(min = 1, max = 100) Long at, @Is(Text.MODEL) String model) {

    static final String NEEDS_BUDGET =
        "!has(self.degrade) || size(self.degrade) == 0"
            + " || (has(self.budgets) && size(self.budgets) > 0)";

    static final String NEEDS_BUDGET_MESSAGE = "a budget, which degrade looks at, is required";
  }

  /// What the operator reports; `spentUsd`, `limitUsd` and `resetsAt` of the fullest of the key's
  /// own budgets.
  ///
  /// @param observedGeneration the generation that the conditions speak of
  /// @param conditions `Accepted`, `ResolvedRefs`, `Programmed`, `Ready`
  /// @param secretName the Secret that holds the key
  /// @param previousKeyUntil until when the key from before the last rotation is valid too
  /// @param spentUsd what is posted in that budget's window
  /// @param limitUsd that budget's limit, with the grants in force
  /// @param resetsAt when that budget starts anew
  /// @param budgets the key's own budgets in the order of the spec, at most 16
  public record Status(
      @Nullable Long observedGeneration,
      @Items(max = 16, key = "type") List<Condition> conditions,
      @Nullable @Is(Text.REPORTED) String secretName,
      @Nullable @Is(Text.REPORTED) String previousKeyUntil,
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
