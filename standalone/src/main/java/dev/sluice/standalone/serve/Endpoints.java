package dev.sluice.standalone.serve;

import dev.sluice.standalone.state.StateFolder;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Where the gateway really is, for those who asked for any free port.
///
/// @param envoyPid null where the Envoy is not ours
/// @param redis null where the Redis is not ours
public record Endpoints(
    String listen,
    String admin,
    long gatewayPid,
    @Nullable Long envoyPid,
    Books.@Nullable Own redis) {

  private static final JsonFactory JSON = new JsonFactory();

  /// Writes them, and tells whoever waits for this process that it serves.
  public void announce(StateFolder state) throws IOException {
    StateFolder.writePrivate(state.endpoints(), json());
    System.out.println("ready " + listen);
    System.out.flush();
  }

  private String json() {
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
      if (envoyPid != null) {
        json.writeNumberProperty("envoy", envoyPid);
      }
      if (redis != null) {
        json.writeNumberProperty("redis", redis.pid());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return out + "\n";
  }
}
