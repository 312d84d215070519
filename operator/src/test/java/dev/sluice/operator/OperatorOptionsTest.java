package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.tls.AdsCertificates;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the command line of the operator says.
class OperatorOptionsTest {

  private static OperatorOptions parse(String... arguments) {
    return OperatorOptions.parse(List.of(arguments), Map.of());
  }

  @Test
  void defaults_are_for_one_machine() {
    var options = parse("--redis", "redis://127.0.0.1:6379");
    assertThat(options.ads().getPort()).isEqualTo(18000);
    assertThat(options.namespaces()).isEmpty();
    assertThat(options.redis().installation()).isEqualTo("sluice");
  }

  @Test
  void an_option_and_its_value_may_be_one_word() {
    var options =
        parse(
            "--redis=redis://127.0.0.1:6379",
            "--ads=0.0.0.0:0",
            "--namespace=sluice",
            "--ads-authority=sluice-ads",
            "--ads-name=operator.sluice.svc");
    var names = new AdsCertificates.Names("sluice", "sluice-ads", "operator.sluice.svc");
    assertThat(options.adsAuthority()).isEqualTo(names);
  }

  @Test
  void what_clients_see_is_in_the_operators_own_namespace() {
    var redis = "--redis=redis://127.0.0.1:6379";
    var options = parse(redis, "--listener-tls-secret=shown", "--namespace=sluice");
    assertThat(options.listenerSecret()).isEqualTo(new ObjectName("sluice", "shown"));
    assertThat(parse(redis).listenerSecret()).isNull();
  }

  @Test
  void namespaces_are_a_list() {
    var options = parse("--redis", "redis://127.0.0.1:6379", "--watch", "a, b");
    assertThat(options.namespaces()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void a_wrong_word_is_named_with_what_was_expected() {
    assertRefused("--redis is missing (expected: the URL of a Redis)");
    assertRefused("--ads 18000 (expected: HOST:PORT)", "--ads", "18000");
    assertRefused("--nope (expected: an option of sluice operator --help)", "--nope");
    assertRefused("--ads (expected: a value after it)", "--ads");
  }

  @Test
  void credentials_do_not_leave_the_machine_in_the_clear() {
    assertThatThrownBy(() -> parse("--redis", "redis://127.0.0.1:6379", "--ads", "0.0.0.0:18000"))
        .hasMessageContaining("without --ads-tls");
  }

  private static void assertRefused(String sentence, String... arguments) {
    assertThatThrownBy(() -> parse(arguments)).hasMessage(sentence);
  }
}
