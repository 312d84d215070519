package dev.sluice.feed.codec;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads one snapshot, whose limits have been read.
final class SnapshotReader {

  private final Limits limits;

  SnapshotReader(Limits limits) {
    this.limits = limits;
  }

  Snapshot read(PolicyProto.Snapshot snapshot) {
    var keys = new HashMap<KeyDigest, KeyPolicy>();
    for (var message : snapshot.getKeysList()) {
      var key = key(message);
      keys.put(key.digest(), key);
    }
    var upstreams = new TreeMap<ObjectName, Upstream>();
    for (var message : snapshot.getUpstreamsList()) {
      var upstream = upstream(message);
      upstreams.put(upstream.name(), upstream);
    }
    var servers = new TreeMap<ObjectName, ToolServer>();
    for (var message : snapshot.getToolServersList()) {
      var server = ToolServers.read(message);
      servers.put(server.name(), server);
    }
    var apiServers = new TreeSet<ApiServer>();
    snapshot.getApiServersList().forEach(server -> apiServers.add(ToolServers.read(server)));
    return new Snapshot(
        snapshot.getVersion(), snapshot.getPriceVersion(), keys, upstreams, servers, apiServers);
  }

  private KeyPolicy key(PolicyProto.Key key) {
    return new KeyPolicy(
        Words.of(key.getName()),
        new KeyDigest(HexFormat.of().formatHex(key.getDigest().toByteArray())),
        key.hasOwner() ? key.getOwner() : null,
        key.hasTeam() ? Words.of(key.getTeam()) : null,
        key.getSuspended(),
        key.hasExpiresAt() ? Words.of(key.getExpiresAt()) : null,
        key.getModelsList().stream().map(Routes::read).toList(),
        key.getGrantsList().stream().map(this::grant).toList(),
        key.getAliasesMap(),
        key.getMinOutputTokens(),
        limits.budgets(key.getBudgetsList()),
        limits.rateLimits(key.getRateLimitsList()),
        limits.caps(key.getCapsList()),
        limits.ladders(key.getLaddersList()),
        Words.of(key.getWhenLedgerAway(), key.getWhenLedgerAwayValue()),
        key.hasRouting() ? Routes.read(key.getRouting()) : Routing.NONE,
        limits.tools(key.getToolGrantsList()));
  }

  private Grant grant(PolicyProto.Grant grant) {
    return new Grant(
        Words.of(grant.getProvider()),
        grant.hasWeight() ? grant.getWeight() : 1,
        Routes.read(grant.getModels()),
        limits.budgets(grant.getBudgetsList()),
        limits.rateLimits(grant.getRateLimitsList()));
  }

  /// One of an older build has none.
  private static Upstream.Outlier outlier(PolicyProto.Upstream upstream) {
    return upstream.getConsecutiveErrors() == 0
        ? Upstream.Outlier.DEFAULT
        : new Upstream.Outlier(upstream.getConsecutiveErrors(), Words.of(upstream.getEjectFor()));
  }

  private static Service service(PolicyProto.Service service) {
    return new Service(
        Service.Language.valueOf(service.getLanguage()),
        service.getPreset(),
        door(service),
        service.hasSigningRegion()
            ? new Service.Authentication.Signature(service.getSigningRegion())
            : new Service.Authentication.Header(
                service.getCredentialHeader(), service.getCredentialPrefix()));
  }

  private static Service.Door door(PolicyProto.Service service) {
    if (service.hasApiVersion()) {
      return new Service.Door.Deployments(service.getApiVersion());
    }
    return service.hasProject()
        ? new Service.Door.Project(service.getProject(), service.getLocation())
        : new Service.Door.Own();
  }

  /// Of format 2, the only one.
  private static List<Upstream.Account> accounts(PolicyProto.Upstream upstream) {
    return upstream.getAccountsCount() == 0
        ? List.of(new Upstream.Account(upstream.getCredential(), 1))
        : upstream.getAccountsList().stream()
            .map(account -> new Upstream.Account(account.getCredential(), account.getWeight()))
            .toList();
  }

  private Upstream upstream(PolicyProto.Upstream upstream) {
    var models = new TreeMap<String, Model>();
    for (var message : upstream.getModelsList()) {
      models.put(message.getName(), Models.read(message));
    }
    return new Upstream(
        Words.of(upstream.getName()),
        URI.create(upstream.getEndpoint()),
        upstream.hasService() ? service(upstream.getService()) : Service.ANTHROPIC,
        accounts(upstream),
        models,
        upstream.hasCeilingPrice() ? Models.read(upstream.getCeilingPrice()) : null,
        limits.budgets(upstream.getBudgetsList()),
        limits.rateLimits(upstream.getRateLimitsList()),
        new Upstream.Timeouts(
            Words.of(upstream.getConnectTimeout()),
            Words.of(upstream.getFirstByteTimeout()),
            Words.of(upstream.getIdleTimeout())),
        outlier(upstream));
  }
}
