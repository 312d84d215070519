package dev.sluice.extproc;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Requests;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import dev.sluice.core.provider.Service;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A policy to test with: three providers and a key for each case.
final class Policies {

  static final ObjectName ANTHROPIC = new ObjectName("default", "anthropic");
  static final ObjectName OTHER = new ObjectName("default", "other");
  static final ObjectName KINDS = new ObjectName("default", "kinds");
  static final ObjectName SLOW = new ObjectName("default", "slow");
  static final Window.Recurring DAY = new Window.Calendar(Period.DAY, ZoneId.of("Europe/Berlin"));
  static final Window.Recurring MINUTE = new Window.Rolling(Period.MINUTE);
  static final Price PRICE = price(NanoUsd.parse("0.01"));

  private static final Requests REQUESTS =
      new Requests(
          "some",
          Set.of(
              "model",
              "max_tokens",
              "messages",
              "messages.role=user",
              "messages.role=assistant",
              "messages.content",
              "thinking",
              "thinking.type=adaptive"),
          128_000);

  private Policies() {}

  static String secret(String name) {
    return name + "-0123456789abcdefghij";
  }

  private static Price price(@Nullable NanoUsd perSearch) {
    var rates =
        new Rates(
            PerMTok.parse("5"),
            PerMTok.parse("25"),
            PerMTok.parse("0.5"),
            PerMTok.parse("6.25"),
            PerMTok.parse("10"));
    return new Price(rates, List.of(), perSearch);
  }

  private static void model(Map<String, Model> all, String name, String sent, @Nullable Price p) {
    all.put(name, new Model(name, sent, "The " + name, p, 1_000_000, null, null, Model.Kind.TEXT));
  }

  /// Takes the same requests as the others of its kind.
  private static void ofKind(Map<String, Model> all, String name, Price price) {
    all.put(
        name,
        new Model(
            name,
            name + "-sent",
            "The " + name,
            price,
            1_000_000,
            null,
            REQUESTS,
            Model.Kind.TEXT));
  }

  private static Price price(String input, String output) {
    var rate = PerMTok.parse(input);
    return new Price(new Rates(rate, PerMTok.parse(output), rate, rate, rate), List.of(), null);
  }

  static Snapshot snapshot() {
    var models = new TreeMap<String, Model>();
    for (var name :
        List.of("claude-opus-5-5", "claude-opus-4-8", "claude-opus-4-7", "claude-sonnet-5")) {
      model(models, name, name, PRICE);
    }
    model(models, "claude-renamed", "claude-opus-5-5-20260101", PRICE);
    model(models, "claude-unpriced", "claude-unpriced", null);
    model(models, "claude-unsearched", "claude-unsearched", price(null));
    var others = new TreeMap<String, Model>();
    model(others, "claude-elsewhere", "claude-elsewhere", PRICE);
    var keys = new ArrayList<KeyPolicy>();
    keys.add(key("alice").budget(Level.KEY, "50", "default/alice").build());
    keys.add(key("poor").budget(Level.KEY, "1", "default/poor").build());
    keys.add(key("free").build());
    keys.add(key("suspended").suspended().build());
    keys.add(key("expired").expired().build());
    keys.add(key("narrow").models("claude-sonnet-*").build());
    keys.add(
        key("shared")
            .budget(Level.KEY, "50", "default/shared")
            .budget(Level.TEAM, "2", "default/payments")
            .build());
    addLimited(keys);
    var kinds = new TreeMap<String, Model>();
    model(kinds, "kind-none", "kind-none", PRICE);
    ofKind(kinds, "kind-dear", PRICE);
    ofKind(kinds, "kind-middle", price("0.5", "15"));
    ofKind(kinds, "kind-cheap", price("0.1", "5"));
    var slow = new TreeMap<String, Model>();
    model(slow, "claude-slow", "claude-slow", PRICE);
    keys.add(
        key("stepped")
            .providers(KINDS)
            .budget(Level.KEY, "10", "default/stepped")
            .step(90, "kind-cheap")
            .build());
    keys.add(
        key("nested")
            .providers(KINDS)
            .budget(Level.KEY, "1", "default/nested")
            .step(90, "kind-cheap")
            .budget(Level.TEAM, "2", "default/payments")
            .step(10, "kind-middle")
            .build());
    for (var usd : List.of("50", "1")) {
      keys.add(
          key("twice-" + usd)
              .fallbacks("claude-elsewhere")
              .budget(Level.KEY, usd, "default/twice-" + usd)
              .build());
    }
    keys.add(
        key("thrice")
            .providers(ANTHROPIC, OTHER, SLOW)
            .fallbacks("claude-elsewhere", "claude-slow")
            .budget(Level.KEY, "50", "default/thrice")
            .build());
    keys.add(key("open").budget(Level.KEY, "1", "default/open").open().build());
    var byDigest = new java.util.HashMap<KeyDigest, KeyPolicy>();
    keys.forEach(key -> byDigest.put(key.digest(), key));
    var upstreams = new TreeMap<ObjectName, Upstream>();
    upstreams.put(ANTHROPIC, upstream(ANTHROPIC, "https://api.example.com", models));
    upstreams.put(KINDS, upstream(KINDS, "https://kinds.example.com", kinds));
    upstreams.put(OTHER, upstream(OTHER, "https://other.example.com/prefix", others));
    upstreams.put(
        SLOW,
        upstream(
            SLOW,
            "https://slow.example.com",
            slow,
            rate(Level.PROVIDER, "default/slow", Measure.REQUESTS, MINUTE, 2)));
    return new Snapshot("v1", "prices-1", byDigest, upstreams);
  }

  /// A key for each kind of limit.
  private static void addLimited(List<KeyPolicy> keys) {
    keys.add(key("hasty").rate(Measure.REQUESTS, MINUTE, 2).build());
    keys.add(key("wordy").rate(Measure.TOKENS, DAY, 50_000).build());
    keys.add(key("terse").rate(Measure.TOKENS, MINUTE, 3_000).build());
    keys.add(key("single").rate(Measure.CONCURRENT, new Window.Endless(), 1).build());
    for (var name : List.of("left", "right")) {
      var limit = rate(Level.TEAM, "default/payments", Measure.REQUESTS, MINUTE, 2);
      keys.add(key(name).rate(limit).build());
    }
    keys.add(key("east").providers(SLOW).build());
    keys.add(key("west").providers(SLOW, ANTHROPIC).build());
    keys.add(key("raised").raise("1", Instant.parse("2026-11-21T16:00:00Z")).build());
    keys.add(
        key("capped")
            .budget(Level.KEY, "50", "default/capped")
            .cap(new Cap(Level.SESSION, "default/key/capped", NanoUsd.parse("1")))
            .cap(new Cap(Level.AGENT, "default/key/capped", NanoUsd.parse("0.50")))
            .cap(new Cap(Level.SESSION, "default/team/payments/capped", NanoUsd.parse("9")))
            .build());
  }

  private static RateLimit rate(
      Level level, String owner, Measure measure, Window window, long most) {
    return new RateLimit(level, owner, measure, window, most);
  }

  static List<Budget> budgets(String key) {
    return snapshot().keysByName().stream()
        .filter(policy -> policy.name().name().equals(key))
        .findFirst()
        .orElseThrow()
        .budgets();
  }

  private static Upstream upstream(
      ObjectName name, String endpoint, Map<String, Model> models, RateLimit... rates) {
    var timeouts =
        new Upstream.Timeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60));
    return new Upstream(
        name,
        URI.create(endpoint),
        Service.ANTHROPIC,
        List.of(new Upstream.Account(name + "/main", 1)),
        models,
        null,
        List.of(),
        List.of(rates),
        timeouts,
        Upstream.Outlier.DEFAULT);
  }

  private static Key key(String name) {
    return new Key(name);
  }

  private static final class Key {
    private final String name;
    private final List<Budget> budgets = new ArrayList<>();
    private final List<RateLimit> rates = new ArrayList<>();
    private final List<Cap> caps = new ArrayList<>();
    private boolean suspended;
    private @Nullable Instant expiresAt;
    private Globs models = Globs.ALL;
    private List<ObjectName> providers = List.of(ANTHROPIC, OTHER);
    private final List<Ladder> ladders = new ArrayList<>();
    private LedgerAway whenLedgerAway = LedgerAway.REFUSE;
    private Routing routing = Routing.NONE;

    Key(String name) {
      this.name = name;
    }

    Key budget(Level level, String usd, String owner) {
      budgets.add(Budget.of(level, owner, DAY, NanoUsd.parse(usd)));
      return this;
    }

    Key raise(String usd, Instant until) {
      var raise = new Raise(NanoUsd.parse(usd), until);
      var limit = NanoUsd.parse("1");
      budgets.add(new Budget(Level.KEY, "default/" + name, DAY, limit, List.of(raise)));
      return this;
    }

    Key rate(Measure measure, Window window, long most) {
      return rate(Policies.rate(Level.KEY, "default/" + name, measure, window, most));
    }

    Key rate(RateLimit limit) {
      rates.add(limit);
      return this;
    }

    Key cap(Cap cap) {
      caps.add(cap);
      return this;
    }

    Key providers(ObjectName... names) {
      providers = List.of(names);
      return this;
    }

    /// Of the last budget's object.
    Key step(long at, String model) {
      ladders.add(new Ladder(List.of(budgets.getLast()), List.of(new Ladder.Step(at, model))));
      return this;
    }

    Key fallbacks(String... models) {
      routing = new Routing(List.of(), Map.of(), List.of(models), Routing.Simplicity.STANDARD);
      return this;
    }

    Key open() {
      whenLedgerAway = LedgerAway.ALLOW;
      return this;
    }

    Key suspended() {
      suspended = true;
      return this;
    }

    Key expired() {
      expiresAt = Instant.parse("2026-11-20T00:00:00Z");
      return this;
    }

    Key models(String glob) {
      models = new Globs(List.of(glob));
      return this;
    }

    KeyPolicy build() {
      return new KeyPolicy(
          new ObjectName("default", name),
          KeyDigest.of(secret(name)),
          name + "@example.com",
          new ObjectName("default", "payments"),
          suspended,
          expiresAt,
          List.of(models),
          providers.stream()
              .map(provider -> new Grant(provider, 1, Globs.ALL, List.of(), List.of()))
              .toList(),
          Map.of("fast", "anthropic/claude-sonnet-5"),
          4_096,
          budgets,
          rates,
          caps,
          ladders,
          whenLedgerAway,
          routing,
          ToolAccess.NONE);
    }
  }
}
