package dev.sluice.extproc.translate;

import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.RouteWorld;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.embedding.EmbeddingScanner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request to Claude at Bedrock.
public final class AtBedrock {

  public static final String MODEL = "claude-sonnet-5";

  private static final Service BEDROCK =
      new Service(
          Service.Language.BEDROCK,
          "",
          new Service.Door.Own(),
          new Service.Authentication.Signature("eu-central-1"));

  private AtBedrock() {}

  /// @param outputTokensMax of the model
  public static Exchange.Facts facts(
      Endpoint endpoint, byte[] body, @Nullable Long outputTokensMax) {
    var north =
        Objects.requireNonNull(
            RouteWorld.snapshot().upstreams().get(new ObjectName("default", "north")));
    var price = Objects.requireNonNull(Objects.requireNonNull(north.model(MODEL)).price());
    var model =
        new Model(MODEL, MODEL, MODEL, price, 1_000_000, outputTokensMax, null, Model.Kind.TEXT);
    var upstream =
        new Upstream(
            north.name(),
            north.endpoint(),
            BEDROCK,
            north.accounts(),
            Map.of(MODEL, model),
            null,
            List.of(),
            List.of(),
            north.timeouts(),
            north.outlier());
    var request =
        endpoint == Endpoint.EMBEDDINGS
            ? EmbeddingScanner.scan(body, 0, body.length)
            : RequestScanner.scan(body, 0, body.length);
    return new Exchange.Facts(
        "r",
        Instant.EPOCH,
        endpoint,
        RouteWorld.key(Routing.NONE),
        new Client(null, null, null, null),
        request,
        new Route(upstream, "a", model, price, List.of(), null),
        LooseBound.of(request, 1_000_000),
        false,
        "p",
        1);
  }
}
