package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.testkit.provider.Simulator;
import java.util.List;
import java.util.stream.Stream;

/// All providers of other languages, services and clouds, behind one gateway.
public record Everywhere(Abroad abroad, CloudSites clouds) implements Foreign {

  /// But for those that speak the client's language.
  static final List<String> KEYS =
      Stream.concat(Abroad.KEYS.stream(), CloudSites.KEYS.stream()).toList();

  /// With the one that speaks the client's language.
  public static final List<String> ALL =
      Stream.concat(Stream.of("anthropic"), KEYS.stream()).toList();

  public static Everywhere start() {
    return start("");
  }

  /// @param more manifests
  static Everywhere start(String more) {
    var clouds = CloudSites.start();
    return new Everywhere(Abroad.start(clouds.manifests() + more), clouds);
  }

  @Override
  public List<String> keys() {
    return Stream.concat(abroad.keys().stream(), CloudSites.KEYS.stream()).toList();
  }

  @Override
  public GatewayProcess gateway(String key) {
    return abroad.gateway(key);
  }

  @Override
  public Simulator simulator(String key) {
    return CloudSites.KEYS.contains(key) ? clouds.simulator(key) : abroad.simulator(key);
  }

  @Override
  public List<Simulator> simulators() {
    return Stream.concat(abroad.simulators().stream(), clouds.simulators().stream()).toList();
  }

  @Override
  public void close() {
    abroad.close();
    clouds.close();
  }
}
