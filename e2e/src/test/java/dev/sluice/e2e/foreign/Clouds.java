package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.testkit.provider.Simulator;
import java.util.List;

/// A gateway with the clouds and nothing else.
public record Clouds(World world, CloudSites sites) implements Foreign {

  static Clouds start() {
    var sites = CloudSites.start();
    return new Clouds(World.start(sites.manifests()), sites);
  }

  @Override
  public List<String> keys() {
    return CloudSites.KEYS;
  }

  @Override
  public GatewayProcess gateway(String key) {
    return world.gateway();
  }

  @Override
  public Simulator simulator(String key) {
    return sites.simulator(key);
  }

  @Override
  public List<Simulator> simulators() {
    return sites.simulators();
  }

  @Override
  public void close() {
    world.close();
    sites.close();
  }
}
