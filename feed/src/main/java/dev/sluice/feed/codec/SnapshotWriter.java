package dev.sluice.feed.codec;

import com.google.protobuf.ByteString;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/// Writes one snapshot.
final class SnapshotWriter {

  private final Table<Budget, PolicyProto.Budget> budgets = new Table<>(SnapshotWriter::budget);
  private final Table<RateLimit, PolicyProto.RateLimit> rateLimits =
      new Table<>(SnapshotWriter::rateLimit);
  private final Table<Cap, PolicyProto.Cap> caps = new Table<>(SnapshotWriter::cap);
  private final Table<Ladder, PolicyProto.Ladder> ladders = new Table<>(this::ladder);
  private final Table<List<ToolGrant>, PolicyProto.ToolGrants> tools =
      new Table<>(SnapshotWriter::tools);

  PolicyProto.Snapshot write(Snapshot snapshot) {
    var message =
        PolicyProto.Snapshot.newBuilder()
            .setVersion(snapshot.version())
            .setPriceVersion(snapshot.priceVersion());
    // While a key is rotated, two have one name.
    snapshot.keys().values().stream()
        .sorted(Comparator.comparing(KeyPolicy::name).thenComparing(key -> key.digest().hex()))
        .forEach(key -> message.addKeys(key(key)));
    snapshot.upstreams().values().forEach(upstream -> message.addUpstreams(upstream(upstream)));
    snapshot.servers().values().forEach(s -> message.addToolServers(ToolServers.write(s)));
    snapshot.apiServers().forEach(s -> message.addApiServers(ToolServers.write(s)));
    return message
        .addAllBudgets(budgets.messages())
        .addAllRateLimits(rateLimits.messages())
        .addAllCaps(caps.messages())
        .addAllLadders(ladders.messages())
        .addAllToolGrants(tools.messages())
        .build();
  }

  private PolicyProto.Key key(KeyPolicy key) {
    var message =
        PolicyProto.Key.newBuilder()
            .setName(Words.of(key.name()))
            .setDigest(ByteString.copyFrom(HexFormat.of().parseHex(key.digest().hex())))
            .setSuspended(key.suspended())
            .putAllAliases(key.aliases())
            .setMinOutputTokens(key.minOutputTokens())
            .addAllBudgets(budgets.places(key.budgets()))
            .addAllRateLimits(rateLimits.places(key.rateLimits()))
            .addAllCaps(caps.places(key.caps()))
            .addAllLadders(ladders.places(key.ladders()))
            .addAllToolGrants(tools.places(key.tools().lists()))
            .setWhenLedgerAway(Words.of(key.whenLedgerAway()));
    if (key.owner() != null) {
      message.setOwner(key.owner());
    }
    if (key.team() != null) {
      message.setTeam(Words.of(key.team()));
    }
    if (key.expiresAt() != null) {
      message.setExpiresAt(Words.of(key.expiresAt()));
    }
    if (!key.routing().equals(Routing.NONE)) {
      message.setRouting(Routes.write(key.routing()));
    }
    key.models().forEach(globs -> message.addModels(Routes.write(globs)));
    key.grants().forEach(grant -> message.addGrants(grant(grant)));
    return message.build();
  }

  private static PolicyProto.ToolGrants tools(List<ToolGrant> grants) {
    var message = PolicyProto.ToolGrants.newBuilder();
    for (var grant : grants) {
      message.addGrants(
          PolicyProto.ToolGrant.newBuilder()
              .setServer(Words.of(grant.server()))
              .setTools(Routes.write(grant.tools())));
    }
    return message.build();
  }

  private PolicyProto.Grant grant(Grant grant) {
    return PolicyProto.Grant.newBuilder()
        .setProvider(Words.of(grant.provider()))
        .setWeight(grant.weight())
        .setModels(Routes.write(grant.models()))
        .addAllBudgets(budgets.places(grant.budgets()))
        .addAllRateLimits(rateLimits.places(grant.rateLimits()))
        .build();
  }

  private static PolicyProto.Service service(Service service) {
    var message =
        PolicyProto.Service.newBuilder()
            .setLanguage(service.language().name())
            .setPreset(service.preset());
    switch (service.door()) {
      case Service.Door.Own() -> {}
      case Service.Door.Deployments(var apiVersion) -> message.setApiVersion(apiVersion);
      case Service.Door.Project(var project, var location) ->
          message.setProject(project).setLocation(location);
    }
    switch (service.authentication()) {
      case Service.Authentication.Header(var name, var prefix) ->
          message.setCredentialHeader(name).setCredentialPrefix(prefix);
      case Service.Authentication.Signature(var region) -> message.setSigningRegion(region);
    }
    return message.build();
  }

  private PolicyProto.Upstream upstream(Upstream upstream) {
    var timeouts = upstream.timeouts();
    var message =
        PolicyProto.Upstream.newBuilder()
            .setName(Words.of(upstream.name()))
            .setEndpoint(upstream.endpoint().toString())
            .setService(service(upstream.service()))
            .addAllBudgets(budgets.places(upstream.budgets()))
            .addAllRateLimits(rateLimits.places(upstream.rateLimits()))
            .setConnectTimeout(Words.of(timeouts.connect()))
            .setFirstByteTimeout(Words.of(timeouts.firstByte()))
            .setIdleTimeout(Words.of(timeouts.idle()))
            .setConsecutiveErrors(upstream.outlier().consecutiveErrors())
            .setEjectFor(Words.of(upstream.outlier().ejectFor()));
    upstream.accounts().forEach(account -> message.addAccounts(account(account)));
    upstream.models().values().forEach(model -> message.addModels(Models.write(model)));
    if (upstream.ceilingPrice() != null) {
      message.setCeilingPrice(Models.write(upstream.ceilingPrice()));
    }
    return message.build();
  }

  private static PolicyProto.Account account(Upstream.Account account) {
    return PolicyProto.Account.newBuilder()
        .setCredential(account.credential())
        .setWeight(account.weight())
        .build();
  }

  private static PolicyProto.Budget budget(Budget budget) {
    var message =
        PolicyProto.Budget.newBuilder()
            .setLevel(Words.of(budget.level()))
            .setOwner(budget.owner())
            .setWindow(window(budget.window()))
            .setLimitNanoUsd(budget.limit().nanos());
    budget.raises().forEach(raise -> message.addRaises(raise(raise)));
    return message.build();
  }

  private static PolicyProto.Raise raise(Raise raise) {
    return PolicyProto.Raise.newBuilder()
        .setAddNanoUsd(raise.add().nanos())
        .setUntil(Words.of(raise.until()))
        .build();
  }

  private static PolicyProto.RateLimit rateLimit(RateLimit limit) {
    return PolicyProto.RateLimit.newBuilder()
        .setLevel(Words.of(limit.level()))
        .setOwner(limit.owner())
        .setMeasure(Words.of(limit.measure()))
        .setWindow(window(limit.window()))
        .setMost(limit.most())
        .build();
  }

  private static PolicyProto.Window window(Window window) {
    var message = PolicyProto.Window.newBuilder();
    switch (window) {
      case Window.Endless() -> message.setStart(PolicyProto.Window.Start.START_ENDLESS);
      case Window.Rolling(var period) ->
          message.setStart(PolicyProto.Window.Start.START_ROLLING).setPeriod(Words.of(period));
      case Window.Calendar(var period, var zone) ->
          message
              .setStart(PolicyProto.Window.Start.START_CALENDAR)
              .setPeriod(Words.of(period))
              .setZone(zone.getId());
    }
    return message.build();
  }

  private static PolicyProto.Cap cap(Cap cap) {
    return PolicyProto.Cap.newBuilder()
        .setLevel(Words.of(cap.level()))
        .setCarrier(cap.carrier())
        .setLimitNanoUsd(cap.limit().nanos())
        .build();
  }

  private PolicyProto.Ladder ladder(Ladder ladder) {
    var message = PolicyProto.Ladder.newBuilder().addAllBudgets(budgets.places(ladder.budgets()));
    for (var step : ladder.steps()) {
      message.addSteps(
          PolicyProto.Ladder.Step.newBuilder().setAt(step.at()).setModel(step.model()));
    }
    return message.build();
  }
}
