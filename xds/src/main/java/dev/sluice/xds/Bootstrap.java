package dev.sluice.xds;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The file that Envoy starts from: the listener and its filters, which never change while it runs,
/// since a change would cut the streams in flight. Everything else comes over ADS.
public final class Bootstrap {

  private static final Template TEMPLATE = Template.of("bootstrap.json");

  private Bootstrap() {}

  public static String json(BootstrapConfig config) {
    return TEMPLATE.json(
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
