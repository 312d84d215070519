package dev.sluice.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.openai.Presets.Service;
import dev.sluice.wire.openai.Quirks.Feature;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

final class PresetsTest {

  private static final Set<String> ON_THIS_MACHINE =
      Set.of("ollama", "vllm", "sglang", "lmstudio", "llamacpp");

  private final Presets presets = Presets.read();

  @Test
  void knows_more_than_twenty_services() {
    assertThat(presets.services())
        .hasSizeGreaterThan(20)
        .containsKeys("groq", "cerebras", "mistral", "deepseek", "xai", "openrouter", "together")
        .containsKeys("fireworks", "perplexity", "nebius", "sambanova", "moonshot", "zai")
        .containsKeys("minimax", "dashscope", "cohere", "huggingface", "openai")
        .containsKeys("ollama", "vllm", "sglang", "lmstudio");
  }

  @Test
  void each_is_reached_over_tls_or_on_this_machine_and_says_where_its_facts_are_from() {
    presets.services().forEach(PresetsTest::check);
  }

  private static void check(String name, Service service) {
    var endpoint = service.preset().endpoint();
    assertThat(endpoint.getScheme())
        .as(name)
        .isEqualTo(ON_THIS_MACHINE.contains(name) ? "http" : "https");
    assertThat(endpoint.toString()).as(name).doesNotEndWith("/");
    assertThat(service.preset().credential().header()).as(name).isEqualTo("authorization");
    assertThat(service.source()).as(name).isNotEmpty();
  }

  @Test
  void efforts_are_told_only_where_they_have_words() {
    presets
        .services()
        .forEach(
            (name, service) -> {
              var quirks = service.quirks();
              boolean told = quirks.takes(Feature.EFFORT) || quirks.takes(Feature.REASONING_EFFORT);
              assertThat(told).as(name).isEqualTo(!quirks.efforts().isEmpty());
            });
  }

  @Test
  void the_first_rule_that_a_model_matches_counts() {
    var openai = presets.services().get("openai").quirks();
    assertThat(openai.of("gpt-4o").takes(Feature.TEMPERATURE)).isTrue();
    assertThat(openai.of("gpt-4o").takes(Feature.EFFORT)).isFalse();
    assertThat(openai.of("o3").takes(Feature.TEMPERATURE)).isFalse();
    assertThat(openai.of("o3").stopsMax()).isZero();
    assertThat(openai.of("gpt-5-mini").efforts()).containsEntry("off", "minimal");
    assertThat(openai.of("gpt-6").efforts()).containsEntry("xhigh", "xhigh");
  }

  @Test
  void a_quirk_that_nobody_knows_is_an_error() {
    var json = JsonMapper.shared().valueToTree(presets.services().get("groq").quirks());
    assertThat(Presets.quirks(json)).isEqualTo(presets.services().get("groq").quirks());
    var more = (tools.jackson.databind.node.ObjectNode) json.deepCopy();
    more.put("colour", "red");
    assertThatThrownBy(() -> Presets.quirks(more)).isInstanceOf(JacksonException.class);
    var less = (tools.jackson.databind.node.ObjectNode) json.deepCopy();
    less.remove("takes");
    assertThatThrownBy(() -> Presets.quirks(less)).isInstanceOf(JacksonException.class);
  }
}
