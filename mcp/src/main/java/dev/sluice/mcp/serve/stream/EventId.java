package dev.sluice.mcp.serve.stream;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.RpcId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;

/// The id of an event: which stream it is of, at which gateway, which requests that stream answers,
/// and its place. So a gateway that does not have the stream knows whom to ask for it, and which
/// requests it cannot answer.
public record EventId(String stream, List<RpcId> requests, long number) {

  private static final int STREAM_BYTES = 8;
  private static final int REQUESTS_CHARACTERS_MAX = 2_000;
  private static final Pattern GATEWAY = Pattern.compile("[0-9a-z]{1,32}");
  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);
  private static final SecureRandom RANDOM = new SecureRandom();

  public EventId {
    requests = List.copyOf(requests);
  }

  /// The gateway at which the stream began; empty for one of a version that did not say so.
  public Optional<String> gateway() {
    int end = stream.indexOf('-');
    return Optional.of(stream.substring(0, Math.max(end, 0)))
        .filter(name -> GATEWAY.matcher(name).matches());
  }

  /// The name of a new stream.
  ///
  /// @param gateway at which it begins
  static String stream(String gateway, List<RpcId> requests) {
    var random = new byte[STREAM_BYTES];
    RANDOM.nextBytes(random);
    var ids = JsonNodeFactory.instance.arrayNode();
    requests.forEach(id -> ids.add(id.json()));
    var text = Base64.getUrlEncoder().withoutPadding().encodeToString(CODEC.write(ids));
    // Ids that are longer than any client's own are left out.
    return gateway
        + "-"
        + HexFormat.of().formatHex(random)
        + "."
        + (text.length() > REQUESTS_CHARACTERS_MAX ? "" : text);
  }

  /// Empty for what is no id of ours.
  public static Optional<EventId> of(String text) {
    var parts = text.split("\\.", -1);
    if (parts.length != 3 || !parts[2].matches("[0-9]{1,15}")) {
      return Optional.empty();
    }
    try {
      var requests = new ArrayList<RpcId>();
      if (!parts[1].isEmpty()) {
        for (var id : CODEC.tree(Base64.getUrlDecoder().decode(parts[1]))) {
          RpcId.of(id).ifPresent(requests::add);
        }
      }
      return Optional.of(
          new EventId(parts[0] + "." + parts[1], requests, Long.parseLong(parts[2])));
    } catch (IllegalArgumentException | MalformedMessageException _) {
      return Optional.empty();
    }
  }
}
