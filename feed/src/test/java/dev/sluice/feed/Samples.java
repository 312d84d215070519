package dev.sluice.feed;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.mcp.ToolServer;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Made-up snapshots: random ones with everything that there can be, and large ones.
public final class Samples {

  private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "Asia/Kolkata");

  private final Random random;
  private final ToolSamples tools;

  public Samples(long seed) {
    this.random = new Random(seed);
    this.tools = new ToolSamples(random);
  }

  public Snapshot snapshot() {
    var limits = some(8, this::budget);
    var keys = new HashMap<KeyDigest, KeyPolicy>();
    for (var key : some(12, () -> key(limits))) {
      keys.put(key.digest(), key);
    }
    var upstreams = new TreeMap<ObjectName, Upstream>();
    for (var upstream : some(4, this::upstream)) {
      upstreams.put(upstream.name(), upstream);
    }
    var servers = new TreeMap<ObjectName, ToolServer>();
    for (var server : some(4, tools::server)) {
      servers.put(server.name(), server);
    }
    var apiServers = new TreeSet<>(some(4, tools::apiServer));
    return new Snapshot(word(), word(), keys, upstreams, servers, apiServers);
  }

  /// One with many keys, in teams of teams whose limits they share.
  public Snapshot company(int keyCount, int teamCount, int providerCount) {
    var upstreams = new TreeMap<ObjectName, Upstream>();
    for (int i = 0; i < providerCount; i++) {
      var upstream = upstream("provider-" + i);
      upstreams.put(upstream.name(), upstream);
    }
    var root = limit(Level.TEAM, "company/root");
    var teams = new ArrayList<Budget>();
    for (int i = 0; i < teamCount; i++) {
      teams.add(limit(Level.TEAM, "company/team-" + i));
    }
    var keys = new HashMap<KeyDigest, KeyPolicy>();
    for (int i = 0; i < keyCount; i++) {
      var key = member("developer-" + i, teams.get(i % teamCount), root, upstreams);
      keys.put(key.digest(), key);
    }
    return new Snapshot("company-" + keyCount + "-" + random.nextLong(), "prices", keys, upstreams);
  }

  private KeyPolicy member(
      String name, Budget team, Budget root, TreeMap<ObjectName, Upstream> upstreams) {
    var own = limit(Level.KEY, "company/" + name);
    return new KeyPolicy(
        new ObjectName("company", name),
        KeyDigest.of(name + random.nextLong()),
        name + "@example.com",
        new ObjectName("company", team.name()),
        false,
        null,
        List.of(new Globs(List.of("claude-*"))),
        upstreams.keySet().stream()
            .limit(3)
            .map(provider -> new Grant(provider, 1, Globs.ALL, List.of(), List.of()))
            .toList(),
        java.util.Map.of("fast", "claude-haiku-4-5"),
        1024,
        List.of(own, team, root),
        List.of(
            new RateLimit(
                Level.TEAM,
                team.owner(),
                Measure.TOKENS,
                new Window.Calendar(Period.MINUTE, ZoneId.of("UTC")),
                1_000_000)),
        List.of(new Cap(Level.SESSION, "company/team/" + name, NanoUsd.parse("20"))),
        List.of(new Ladder(List.of(team), List.of(new Ladder.Step(80, "claude-haiku-4-5")))),
        LedgerAway.REFUSE,
        Routing.NONE,
        ToolAccess.NONE);
  }

  private static Budget limit(Level level, String owner) {
    return Budget.of(
        level,
        owner,
        new Window.Calendar(Period.MONTH, ZoneId.of("Europe/Berlin")),
        NanoUsd.parse("100"));
  }

  private KeyPolicy key(List<Budget> limits) {
    return new KeyPolicy(
        name(),
        KeyDigest.of(word()),
        perhaps(this::word),
        perhaps(this::name),
        random.nextBoolean(),
        perhaps(this::instant),
        some(3, this::globs),
        some(3, () -> new Grant(name(), weight(), globs(), of(limits), some(2, this::rateLimit))),
        aliases(),
        random.nextLong(100_000),
        of(limits),
        some(3, this::rateLimit),
        some(2, this::cap),
        some(2, () -> new Ladder(of(limits), some(3, this::step))),
        one(LedgerAway.values()),
        routing(),
        tools.access());
  }

  private Routing routing() {
    var tiers = new HashMap<Routing.Tier, String>();
    some(2, () -> one(Routing.Tier.values())).forEach(tier -> tiers.put(tier, word()));
    return new Routing(
        some(3, () -> new Routing.Rule(match(), word())),
        tiers,
        some(3, this::word),
        random.nextBoolean() ? Routing.Simplicity.STANDARD : simplicity());
  }

  private Routing.Simplicity simplicity() {
    return new Routing.Simplicity(weight(), weight(), random.nextBoolean(), globs(), globs());
  }

  private Routing.Match match() {
    var headers = new HashMap<String, Globs>();
    some(2, this::word).forEach(name -> headers.put(name, globs()));
    return new Routing.Match(
        perhaps(this::globs),
        perhaps(() -> one(Routing.Tier.values())),
        headers,
        perhaps(random::nextBoolean),
        perhaps(this::weight),
        perhaps(this::weight),
        perhaps(this::globs),
        perhaps(this::globs),
        perhaps(this::globs),
        perhaps(this::weight),
        perhaps(this::weight),
        perhaps(() -> one(Routing.Complexity.values())));
  }

  private long weight() {
    return random.nextLong(1_000_001);
  }

  private HashMap<String, String> aliases() {
    var aliases = new HashMap<String, String>();
    some(3, this::word).forEach(alias -> aliases.put(alias, word()));
    return aliases;
  }

  private Ladder.Step step() {
    return new Ladder.Step(1 + random.nextInt(100), word());
  }

  private Cap cap() {
    return new Cap(random.nextBoolean() ? Level.SESSION : Level.AGENT, word(), usd());
  }

  private RateLimit rateLimit() {
    return random.nextBoolean()
        ? new RateLimit(level(), word(), Measure.CONCURRENT, new Window.Endless(), 5)
        : new RateLimit(
            level(),
            word(),
            random.nextBoolean() ? Measure.TOKENS : Measure.REQUESTS,
            window(),
            1 + random.nextLong(1L << 53));
  }

  private Budget budget() {
    return new Budget(level(), word(), window(), usd(), some(2, () -> new Raise(usd(), instant())));
  }

  private Level level() {
    return one(Level.values());
  }

  private Window.Recurring window() {
    return random.nextBoolean()
        ? new Window.Rolling(one(Period.values()))
        : new Window.Calendar(
            one(Period.values()), ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))));
  }

  private Upstream upstream() {
    return upstream(word());
  }

  private Upstream upstream(String name) {
    var models = new TreeMap<String, Model>();
    for (var model : some(20, this::model)) {
      models.put(model.name(), model);
    }
    return new Upstream(
        new ObjectName("default", name),
        URI.create("https://" + random.nextInt(1000) + ".example.com/base"),
        service(),
        accounts(),
        models,
        perhaps(this::price),
        some(2, this::budget),
        some(2, this::rateLimit),
        new Upstream.Timeouts(duration(), duration(), duration()),
        new Upstream.Outlier(1 + random.nextInt(1000), duration()));
  }

  private Service service() {
    var doors =
        new Service.Door[] {
          new Service.Door.Own(),
          new Service.Door.Deployments(word()),
          new Service.Door.Project(word(), word())
        };
    var authentications =
        new Service.Authentication[] {
          new Service.Authentication.Header(word(), word()),
          new Service.Authentication.Signature(word())
        };
    return new Service(one(Service.Language.values()), word(), one(doors), one(authentications));
  }

  private Model model() {
    return new Model(
        word(),
        word(),
        word(),
        perhaps(this::price),
        random.nextLong(1_000_000),
        perhaps(() -> random.nextLong(200_000)),
        perhaps(
            () -> new Requests(word(), new HashSet<>(some(4, this::word)), random.nextInt(1000))),
        one(Model.Kind.values()));
  }

  private Price price() {
    return new Price(
        rates(),
        some(2, () -> new Price.Tier(random.nextInt(1_000_000), rates())),
        perhaps(this::usd));
  }

  private Rates rates() {
    return new Rates(rate(), rate(), rate(), rate(), rate());
  }

  private PerMTok rate() {
    return new PerMTok(random.nextLong(1L << 40));
  }

  private NanoUsd usd() {
    return new NanoUsd(random.nextLong(1L << 50));
  }

  private Duration duration() {
    return Duration.ofNanos(random.nextLong(1L << 45));
  }

  private Instant instant() {
    return Instant.ofEpochSecond(random.nextInt(2_000_000_000), random.nextInt(1_000_000_000));
  }

  private Globs globs() {
    return new Globs(some(3, this::word));
  }

  private ObjectName name() {
    return new ObjectName(word(), word());
  }

  private String word() {
    return "w" + Long.toString(random.nextLong(1L << 50), 36) + (random.nextBoolean() ? "é" : "");
  }

  private List<Budget> of(List<Budget> limits) {
    return limits.stream().filter(_ -> random.nextBoolean()).toList();
  }

  private <T> T one(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T perhaps(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private List<Upstream.Account> accounts() {
    var accounts = new ArrayList<>(List.of(new Upstream.Account(word(), 1)));
    accounts.addAll(some(2, () -> new Upstream.Account(word(), random.nextInt(100))));
    return accounts;
  }

  private <T> List<T> some(int most, Supplier<T> value) {
    var all = new ArrayList<T>();
    for (int left = random.nextInt(most + 1); left > 0; left--) {
      all.add(value.get());
    }
    return all;
  }
}
