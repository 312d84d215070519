package dev.sluice.mcp.upstream.call;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.ProtocolVersion;
import tools.jackson.databind.JsonNode;

/// What a server says of itself when it is first asked, as it came.
///
/// @param said the result of `server/discover` or of `initialize`
public record ServerCard(ProtocolVersion version, JsonNode said) {

  public Era era() {
    return version.era();
  }

  public JsonNode capabilities() {
    return said.path("capabilities");
  }

  /// Its name and version; missing where it does not tell.
  public JsonNode server() {
    return era() == Era.MODERN ? Meta.of(said).path(Meta.SERVER) : said.path("serverInfo");
  }

  public String instructions() {
    return said.path("instructions").stringValue("");
  }
}
