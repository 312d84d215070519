package dev.sluice.mcp.serve.session;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Sessions as tokens and back: all that a replica must know of one is in its token.
public final class SessionTokens {

  private static final String PURPOSE = "session";
  private static final int ID_BYTES = 12;

  /// Clocks of two replicas may differ.
  private static final Duration SKEW_MAX = Duration.ofMinutes(5);

  private final Seal seal;
  private final SessionLimits limits;
  private final InstantSource clock;
  private final MessageCodec codec = new MessageCodec(MessageLimits.STANDARD);
  private final SecureRandom random = new SecureRandom();

  public SessionTokens(Seal seal, SessionLimits limits, InstantSource clock) {
    this.seal = seal;
    this.limits = limits;
    this.clock = clock;
  }

  public Session begun(ObjectName key, ProtocolVersion version, ClientProfile client) {
    var id = new byte[ID_BYTES];
    random.nextBytes(id);
    var issued = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    return new Session(HexFormat.of().formatHex(id), key, version, bounded(client), issued);
  }

  /// A client that tells more of itself than a token holds is known by its name and what it can do.
  private ClientProfile bounded(ClientProfile client) {
    if (bytes(client.client()) + bytes(client.capabilities()) <= limits.profileBytesMax()) {
      return client;
    }
    var nodes = JsonNodeFactory.instance;
    var name = nodes.objectNode();
    name.put("name", cut(client.client().path("name").stringValue("")));
    name.put("version", cut(client.client().path("version").stringValue("")));
    var abilities = nodes.objectNode();
    for (var ability : new String[] {"roots", "sampling", "elicitation"}) {
      if (client.capabilities().has(ability)) {
        abilities.putObject(ability);
      }
    }
    return new ClientProfile(name, abilities);
  }

  private static String cut(String text) {
    return text.length() > 100 ? text.substring(0, 100) : text;
  }

  private int bytes(JsonNode json) {
    return codec.write(json).length;
  }

  public String token(Session session) {
    var json = JsonNodeFactory.instance.objectNode().put("id", session.id());
    json.put("namespace", session.key().namespace()).put("key", session.key().name());
    json.put("version", session.version().date());
    json.put("issued", session.issued().getEpochSecond());
    json.set("client", session.client().client());
    json.set("capabilities", session.client().capabilities());
    return seal.sealed(PURPOSE, codec.write(json));
  }

  /// Empty for a token that is not ours, that is of another key, or that is too old.
  public Optional<Session> opened(String token, ObjectName key) {
    return seal.opened(PURPOSE, token)
        .flatMap(this::read)
        .filter(session -> session.key().equals(key))
        .filter(this::fresh);
  }

  private boolean fresh(Session session) {
    var age = Duration.between(session.issued(), clock.instant());
    return age.compareTo(limits.ageMax()) < 0 && age.plus(SKEW_MAX).isPositive();
  }

  private Optional<Session> read(byte[] content) {
    try {
      var json = codec.tree(content);
      var key = new ObjectName(text(json, "namespace"), text(json, "key"));
      return Optional.of(
          new Session(
              text(json, "id"),
              key,
              new ProtocolVersion(text(json, "version")),
              new ClientProfile(object(json, "client"), object(json, "capabilities")),
              Instant.ofEpochSecond(json.path("issued").longValue(0))));
    } catch (MalformedMessageException _) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).stringValue("");
  }

  private static ObjectNode object(JsonNode json, String field) {
    return json.path(field) instanceof ObjectNode object
        ? object
        : JsonNodeFactory.instance.objectNode();
  }
}
