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

  private static MessagesRequest search(long most) {
    return request(
        "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":%d}"
            .formatted(most));
  }

  private static final MessagesRequest SEARCH = search(3);

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
    "BEDROCK, amazon.nova-pro-v1:0"
  })
  void others_keep_to_what_they_are_told(Service.Language language, String model) {
    assertThat(bound(SEARCH, language, model)).isEqualTo(LooseBound.of(SEARCH, CONTEXT));
    assertThat(bound(SEARCH, language, model).webSearches()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 4", "8, 9"})
  void openai_reads_all_again_after_each_search(long searches, long passes) {
    var request = search(searches);
    long once = LooseBound.of(request, CONTEXT).inputTokens();
    assertThat(once).isGreaterThan(searches * 30_000).isLessThan(searches * 30_000 + 2_000);
    assertThat(bound(request, Service.Language.RESPONSES, "gpt-5.1"))
        .isEqualTo(new LooseBound(passes * once, 10, searches, LooseBound.Cache.ONE_HOUR));
  }

  @ParameterizedTest
  @CsvSource({"100, 101", "999999999, 1000000"})
  void openai_reads_no_more_at_once_than_its_window(long searches, long passes) {
    var bound = bound(search(searches), Service.Language.RESPONSES, "gpt-5.1");
    assertThat(bound.inputTokens()).isEqualTo(passes * CONTEXT);
  }

  @ParameterizedTest
  @CsvSource({"GEMINI, gemini-3-flash", "VERTEX, gemini-2.5-pro", "RESPONSES, gpt-5.1"})
  void what_does_not_search_is_bound_by_its_bytes(Service.Language language, String model) {
    var plain = request("{\"name\":\"f\",\"input_schema\":{}}");
    assertThat(bound(plain, language, model)).isEqualTo(LooseBound.of(plain, CONTEXT));
  }
}
