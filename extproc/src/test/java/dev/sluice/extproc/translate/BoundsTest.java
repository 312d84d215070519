package dev.sluice.extproc.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service;
import dev.sluice.extproc.route.RouteWorld;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.RequestScanner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a search can come to, by where it runs.
final class BoundsTest {

  private static final long CONTEXT = 1_000_000;

  private static MessagesRequest request(String tools) {
    var body =
        "{\"model\":\"m\",\"max_tokens\":10,\"tools\":[%s],\"messages\":[]}"
            .formatted(tools)
            .getBytes(StandardCharsets.UTF_8);
    return RequestScanner.scan(body, 0, body.length);
  }

  private static final MessagesRequest SEARCH =
      request("{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":3}");

  private static Upstream upstream(Service service) {
    var north =
        Objects.requireNonNull(
            RouteWorld.snapshot().upstreams().get(new ObjectName("default", "north")));
    return new Upstream(
        north.name(),
        north.endpoint(),
        service,
        north.accounts(),
        Map.of(),
        null,
        List.of(),
        List.of(),
        north.timeouts(),
        north.outlier());
  }

  private static LooseBound bound(MessagesRequest request, Service.Language language, String name) {
    var door =
        language == Service.Language.VERTEX
            ? new Service.Door.Project("p", "global")
            : new Service.Door.Own();
    var service = new Service(language, "", door, new Service.Authentication.Signature("a"));
    var model = new Model(name, name, name, null, CONTEXT, null, null, Model.Kind.TEXT);
    return Bounds.of(request, upstream(service), model);
  }

  @ParameterizedTest
  @CsvSource({
    "GEMINI, gemini-2.5-pro, 1",
    "GEMINI, gemini-3-flash, 100",
    "GEMINI, gemini-flash-latest, 100",
    "VERTEX, gemini-2.5-pro, 1",
    "VERTEX, gemini-3-flash, 100"
  })
  void gemini_searches_and_reads_as_it_likes(
      Service.Language language, String model, long searches) {
    var bound = bound(SEARCH, language, model);
    assertThat(bound).isEqualTo(new LooseBound(CONTEXT, 10, searches, LooseBound.Cache.ONE_HOUR));
  }

  @ParameterizedTest
  @CsvSource({
    "MESSAGES, claude-opus-5-5",
    "VERTEX, claude-opus-5-5",
    "BEDROCK, amazon.nova-pro-v1:0",
    "RESPONSES, gpt-5.1"
  })
  void others_keep_to_what_they_are_told(Service.Language language, String model) {
    assertThat(bound(SEARCH, language, model)).isEqualTo(LooseBound.of(SEARCH, CONTEXT));
    assertThat(bound(SEARCH, language, model).webSearches()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"GEMINI, gemini-3-flash", "VERTEX, gemini-2.5-pro"})
  void what_does_not_search_is_bound_by_its_bytes(Service.Language language, String model) {
    var plain = request("{\"name\":\"f\",\"input_schema\":{}}");
    assertThat(bound(plain, language, model)).isEqualTo(LooseBound.of(plain, CONTEXT));
  }
}
