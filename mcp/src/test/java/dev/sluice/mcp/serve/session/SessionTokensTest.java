package dev.sluice.mcp.serve.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class SessionTokensTest {

  private static final ObjectName KEY = new ObjectName("team", "key");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));

  private SessionTokens tokens(String secret) {
    var seal = new Seal(secret.getBytes(StandardCharsets.UTF_8));
    return new SessionTokens(seal, SessionLimits.STANDARD, now::get);
  }

  @Test
  void a_session_comes_back_as_it_was() {
    var tokens = tokens("s".repeat(32));
    var capabilities = JsonNodeFactory.instance.objectNode();
    capabilities.putObject("roots").put("listChanged", true);
    var client = ClientProfile.of("grüße", "1").with(capabilities);
    var session = tokens.begun(KEY, ProtocolVersion.V2025_06_18, client);
    var token = tokens.token(session);
    assertThat(token).matches("[A-Za-z0-9_-]+");
    assertThat(tokens("s".repeat(32)).opened(token, KEY)).contains(session);
  }

  @Test
  void no_other_secret_key_purpose_or_byte_opens_a_session() {
    var tokens = tokens("s".repeat(32));
    var client = ClientProfile.of("client", "1");
    var token = tokens.token(tokens.begun(KEY, ProtocolVersion.V2025_11_25, client));
    assertThat(tokens("t".repeat(32)).opened(token, KEY)).isEmpty();
    assertThat(tokens.opened(token, new ObjectName("other", "key"))).isEmpty();
    assertThat(new Seal("s".repeat(32).getBytes(StandardCharsets.UTF_8)).opened("parked", token))
        .isEmpty();
    for (var i = 0; i < token.length() - 1; i++) {
      var other = token.charAt(i) == 'A' ? 'B' : 'A';
      var changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(tokens.opened(changed, KEY)).isEmpty();
    }
  }

  @Test
  void a_session_is_neither_too_old_nor_of_the_future() {
    var tokens = tokens("s".repeat(32));
    var client = ClientProfile.of("client", "1");
    var token = tokens.token(tokens.begun(KEY, ProtocolVersion.V2025_11_25, client));
    now.set(now.get().plus(SessionLimits.STANDARD.ageMax()));
    assertThat(tokens.opened(token, KEY)).isEmpty();
    now.set(now.get().minus(SessionLimits.STANDARD.ageMax()).minus(Duration.ofHours(1)));
    assertThat(tokens.opened(token, KEY)).isEmpty();
  }

  @Test
  void a_client_that_tells_too_much_of_itself_is_known_by_the_little_that_counts() {
    var capabilities = JsonNodeFactory.instance.objectNode();
    capabilities.putObject("elicitation");
    capabilities.put("x-large", "x".repeat(10_000));
    var tokens = tokens("s".repeat(32));
    var client = ClientProfile.of("client", "1").with(capabilities);
    var session = tokens.begun(KEY, ProtocolVersion.V2025_11_25, client);
    assertThat(session.client().capabilities().toString()).isEqualTo("{\"elicitation\":{}}");
    assertThat(tokens.token(session).length()).isLessThan(1_000);
  }

  @Test
  void a_secret_has_a_length() {
    assertThatThrownBy(() -> new Seal(new byte[31]))
        .hasMessage("secret: 31 bytes (expected: at least 32)");
  }
}
