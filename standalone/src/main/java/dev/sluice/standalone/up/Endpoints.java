package dev.sluice.standalone.up;

import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Where the gateway really is, for those who asked for any free port.
///
/// @param redisPid null where the Redis is not ours
record Endpoints(
    String listen, String admin, long gatewayPid, long envoyPid, @Nullable Long redisPid) {

  private static final JsonFactory JSON = new JsonFactory();

  String json() {
    var out = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("listen", listen);
      json.writeStringProperty("admin", admin);
      json.writeObjectPropertyStart("pids");
      json.writeNumberProperty("gateway", gatewayPid);
      json.writeNumberProperty("envoy", envoyPid);
      if (redisPid != null) {
        json.writeNumberProperty("redis", redisPid);
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return out + "\n";
  }
}
