package dev.sluice.standalone.gateway;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.Pins;
import dev.sluice.feed.ServerReports;
import dev.sluice.feed.session.RedisSessionBus;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.mcp.serve.session.SessionLimits;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.serve.Surroundings;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.tools.LateTools;
import dev.sluice.standalone.tools.Tools;
import dev.sluice.xds.tls.BadCertificateException;
import dev.sluice.xds.tls.MutualTlsClient;
import java.io.IOException;
import java.util.Map;

/// The service of tools in a pod: its policy comes through Redis, its secrets from the operator,
/// and what it sees of servers goes back through Redis.
final class GatewayTools implements AutoCloseable {

  private final Owned owned;
  private final LateTools tools;

  private GatewayTools(Owned owned, LateTools tools) {
    this.owned = owned;
    this.tools = tools;
  }

  static GatewayTools open(
      GatewayOptions options,
      Map<String, String> environment,
      RedisConfig redis,
      StateFolder state,
      Tools.Around around)
      throws UsageException, IOException {
    var owned = new Owned();
    try {
      var reports = owned.add(ServerReports.open(redis, options.node()));
      var reached =
          new Tools.Reached(
              options.tools().guard(environment),
              options.tools().programs(),
              options.tools().codeMode(),
              owned.add(Pins.open(redis)),
              reports::tell,
              owned.add(RedisSessionBus.open(redis, SessionLimits.STANDARD.ageMax())));
      var tools = owned.add(LateTools.open(redis, state.socket("tools"), around, reached));
      owned.add(
          ToolSecretsWatch.start(
              operator(options), options.installation(), options.node(), tools::secrets));
      return new GatewayTools(owned, tools);
    } catch (UsageException | IOException | RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  private static MutualTlsClient operator(GatewayOptions options)
      throws UsageException, IOException {
    var ads = options.ads();
    var tls = options.adsTls();
    if (tls == null) {
      return MutualTlsClient.plaintext(ads.host(), ads.port());
    }
    try {
      return MutualTlsClient.to(ads.host(), ads.port(), tls, Surroundings.CLOCK);
    } catch (BadCertificateException e) {
      throw new UsageException("--ads-tls " + tls + ": " + e.sentence());
    }
  }

  void policy(Snapshot snapshot) {
    tools.policy(snapshot);
  }

  void drain() {
    tools.drain();
  }

  @Override
  public void close() {
    owned.close();
  }
}
