package dev.sluice.standalone.up;

import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Where the gateway really is, for those who asked for any free port.
///
/// @param redis null where the Redis is not ours
record Endpoints(
    String listen, String admin, long gatewayPid, long envoyPid, Books.@Nullable Own redis) {

  private static final JsonFactory JSON = new JsonFactory();

  String json() {
    var out = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("listen", listen);
      json.writeStringProperty("admin", admin);
      if (redis != null) {
        json.writeStringProperty("redis", redis.uri().toString());
      }
      json.writeObjectPropertyStart("pids");
      json.writeNumberProperty("gateway", gatewayPid);
      json.writeNumberProperty("envoy", envoyPid);
      if (redis != null) {
        json.writeNumberProperty("redis", redis.pid());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return out + "\n";
  }
}
