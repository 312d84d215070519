package dev.sluice.mcp.serve.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.serve.ask.Parked.Found;
import dev.sluice.mcp.serve.session.Seal;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

final class ParkedTest {

  private static final ObjectName KEY = new ObjectName("team", "key");
  private static final ObjectName OTHER = new ObjectName("team", "other");

  private static Parked parked(String gateway) {
    return new Parked(new Seal(new byte[32]), gateway, 1);
  }

  private static RequestSink call(Parked parked) {
    var profile = ClientProfile.of("test", "1");
    var askMax = Duration.ofSeconds(1);
    return new RequestSink(KEY, profile, new Cancellation(), parked, askMax, Optional.empty());
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.stringNode(text);
  }

  @Test
  void a_call_is_found_once_where_it_is_parked_with_its_key() {
    var one = parked("one");
    var state = text(one.park(KEY, call(one)).orElseThrow());
    assertThat(one.find(OTHER, state)).isInstanceOf(Found.Gone.class);
    assertThat(one.find(KEY, state)).isInstanceOf(Found.Here.class);
    assertThat(one.find(KEY, state)).isInstanceOf(Found.Gone.class);
    assertThat(one.find(KEY, text("nonsense"))).isInstanceOf(Found.Foreign.class);
  }

  @Test
  void another_gateway_learns_where_a_call_is_parked_and_under_which_name() {
    var one = parked("one");
    var call = call(one);
    var state = text(one.park(KEY, call).orElseThrow());
    assertThat(one.park(KEY, call(one))).isEmpty();
    var found = parked("two").find(KEY, state);
    assertThat(found).isInstanceOf(Found.Elsewhere.class);
    var elsewhere = (Found.Elsewhere) found;
    assertThat(elsewhere.gateway()).isEqualTo("one");
    assertThat(one.taken(OTHER, elsewhere.call())).isEmpty();
    assertThat(one.taken(KEY, elsewhere.call())).contains(call);
    assertThat(one.taken(KEY, elsewhere.call())).isEmpty();
  }
}
