package dev.sluice.xds;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The file that Envoy starts from: the listener and its filters, which never change while it runs,
/// since a change would cut the streams in flight. Everything else comes over ADS.
public final class Bootstrap {

  private static final Template PLAIN = Template.of("bootstrap.json");
  private static final Template TLS =
      PLAIN.with(
          "/static_resources/listeners/0/filter_chains/0",
          "transport_socket",
          Template.of("listener-tls.json"));

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
    var template =
        switch (listener) {
          case PLAIN -> PLAIN;
          case TLS -> TLS;
        };
    return template.json(
        Map.of(
            "nodeId", config.nodeId(),
            "listenHost", config.listenHost(),
            "listenPort", Integer.toString(config.listenPort()),
            "adminSocket", config.adminSocket().toString(),
            "grpcSocket", config.grpcSocket().toString(),
            "bodyBytesMax", Long.toString(config.bodyBytesMax()),
            "script", script()));
  }

  /// Both directions in one filter: a second one would cost each request a state of its own.
  private static String script() {
    return Stream.of("json.lua", "pieces.lua", "visible.lua", "meter.lua")
        .map(Template::text)
        .collect(Collectors.joining("", "do\n" + Template.text("request.lua") + "end\n", ""));
  }
}
