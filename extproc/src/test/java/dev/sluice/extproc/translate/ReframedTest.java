package dev.sluice.extproc.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.RouteWorld;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.RequestScanner;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReframedTest {

  private static final String NAME = "claude-sonnet-5";
  private static final byte[] BODY =
      ("{\"model\":\"" + NAME + "\",\"max_tokens\":5000,\"messages\":[]}")
          .getBytes(StandardCharsets.UTF_8);
  private static final Service BEDROCK =
      new Service(
          Service.Language.BEDROCK,
          "",
          new Service.Door.Own(),
          new Service.Authentication.Signature("eu-central-1"));

  private static Exchange.Facts facts(@Nullable Long outputTokensMax) {
    var north =
        Objects.requireNonNull(
            RouteWorld.snapshot().upstreams().get(new ObjectName("default", "north")));
    var price = Objects.requireNonNull(Objects.requireNonNull(north.model(NAME)).price());
    var model = new Model(NAME, NAME, NAME, price, 1_000_000, outputTokensMax, null);
    var upstream =
        new Upstream(
            north.name(),
            north.endpoint(),
            BEDROCK,
            north.accounts(),
            Map.of(NAME, model),
            null,
            List.of(),
            List.of(),
            north.timeouts(),
            north.outlier());
    var request = RequestScanner.scan(BODY, 0, BODY.length);
    return new Exchange.Facts(
        "r",
        Instant.EPOCH,
        Endpoint.MESSAGES,
        RouteWorld.key(Routing.NONE),
        new Client(null, null, null, null),
        request,
        new Route(upstream, "a", model, price, List.of(), null),
        LooseBound.of(request, 1_000_000),
        false,
        "p",
        1);
  }

  @ParameterizedTest
  @CsvSource({",9000,5000", ",100,100", "4096,9000,4096", "4096,100,100", "8192,9000,5000"})
  void asks_for_no_more_tokens_than_the_model_and_the_hold_allow(
      @Nullable Long model, long hold, long asked) {
    var body = new Body(BODY, 0, BODY.length);
    var sent = Translation.prepare(facts(model), new Dialect(null, null), body).within(hold);
    assertThat(new String(sent.body(), StandardCharsets.UTF_8))
        .contains("\"max_tokens\":" + asked + ",");
  }
}
