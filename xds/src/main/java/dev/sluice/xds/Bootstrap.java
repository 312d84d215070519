package dev.sluice.xds;

import dev.sluice.core.envoy.DataPlane;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The file that Envoy starts from: the listener and its filters, which never change while it runs,
/// since a change would cut the streams in flight. Everything else comes over ADS.
public final class Bootstrap {

  private static final String CLUSTERS = "/static_resources/clusters";
  private static final Template COMMON = Template.of("bootstrap.json");

  private Bootstrap() {}

  /// What clients speak to the listener.
  public enum Listener {
    PLAIN,

    /// Its certificate comes over ADS, under [DataPlane#LISTENER_SECRET].
    TLS
  }

  public static String json(BootstrapConfig config) {
    return json(config, Listener.PLAIN);
  }

  public static String json(BootstrapConfig config, Listener listener) {
    var values =
        new HashMap<>(
            Map.of(
                "nodeId", config.nodeId(),
                "listenHost", config.listenHost(),
                "listenPort", Integer.toString(config.listenPort()),
                "adminSocket", config.adminSocket().toString(),
                "grpcSocket", config.grpcSocket().toString(),
                "toolsSocket", config.toolsSocket().toString(),
                "toolsPath", DataPlane.TOOLS_PATH,
                "toolsBodyBytesMax", Long.toString(DataPlane.TOOLS_BODY_BYTES_MAX),
                "bodyBytesMax", Long.toString(config.bodyBytesMax()),
                "script", script()));
    return sourced(listening(listener), config.ads(), values).json(values);
  }

  private static Template listening(Listener listener) {
    return switch (listener) {
      case PLAIN -> COMMON;
      case TLS ->
          COMMON.with(
              "/static_resources/listeners/0/filter_chains/0",
              "transport_socket",
              Template.of("listener-tls.json"));
    };
  }

  private static Template sourced(Template template, AdsSource source, Map<String, String> values) {
    return switch (source) {
      case AdsSource.Local() -> {
        values.putAll(
            Map.of("nodeCluster", "sluice", "adsCluster", "grpc", "firstFetchWithin", "15s"));
        yield template;
      }
      case AdsSource.Remote remote -> {
        values.putAll(
            Map.of(
                "nodeCluster", remote.group(),
                "adsCluster", "ads",
                "adsHost", remote.host(),
                "adsPort", Integer.toString(remote.port()),
                // For ever: without its routes it would answer all requests with 404.
                "firstFetchWithin", "0s"));
        yield template.withItem(CLUSTERS, cluster(remote, values));
      }
    };
  }

  private static Template cluster(AdsSource.Remote remote, Map<String, String> values) {
    var cluster = Template.of("ads-cluster.json");
    var tls = remote.tls();
    if (tls == null) {
      return cluster;
    }
    values.put("adsSecrets", tls.secrets().toString());
    values.put("adsNameType", remote.nameType());
    return cluster.with("", "transport_socket", Template.of("ads-tls.json"));
  }

  /// Both directions in one filter: a second one would cost each request a state of its own.
  private static String script() {
    return Stream.of("json.lua", "pieces.lua", "visible.lua", "meter.lua")
        .map(Template::text)
        .collect(Collectors.joining("", "do\n" + Template.text("request.lua") + "end\n", ""));
  }
}
