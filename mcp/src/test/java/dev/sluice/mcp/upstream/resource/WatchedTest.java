package dev.sluice.mcp.upstream.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class WatchedTest {

  private static final CallResult DONE =
      new CallResult.Result(JsonNodeFactory.instance.objectNode());

  private static Call call(String method, String uri) {
    return Call.of(method, JsonNodeFactory.instance.objectNode().put("uri", uri));
  }

  @Test
  void what_is_given_up_while_it_is_asked_for_again_is_ended_or_not_asked_for() {
    var watched = new Watched();
    for (var uri : List.of("note://1", "note://2", "note://3")) {
      watched.note(call(Watched.SUBSCRIBE, uri), DONE);
    }
    var asked = new CopyOnWriteArrayList<String>();
    var heard = new CopyOnWriteArrayList<String>();
    watched.renew(
        call -> {
          asked.add(call.method() + " " + Watched.uri(call));
          watched.note(call(Watched.UNSUBSCRIBE, "note://1"), DONE);
          watched.note(call(Watched.UNSUBSCRIBE, "note://2"), DONE);
          return DONE;
        },
        Optional.empty(),
        new ServerListener() {
          @Override
          public void heard(Message.Notification notification) {
            heard.add(notification.params().path("uri").stringValue(""));
          }

          @Override
          public void connected(ServerCard card) {}
        });
    await().until(() -> heard.contains("note://3"));
    assertThat(asked)
        .containsExactly(
            "resources/subscribe note://1",
            "resources/unsubscribe note://1",
            "resources/subscribe note://3");
  }

  @Test
  void no_more_than_ten_thousand_resources_are_watched() {
    var watched = new Watched();
    for (var i = 0; i < 10_000; i++) {
      assertThat(watched.refused(call(Watched.SUBSCRIBE, "note://" + i))).isEmpty();
      watched.note(call(Watched.SUBSCRIBE, "note://" + i), DONE);
    }
    assertThat(watched.refused(call(Watched.SUBSCRIBE, "note://7"))).isEmpty();
    assertThat(watched.refused(call(Watched.UNSUBSCRIBE, "note://x"))).isEmpty();
    assertThat(watched.refused(call(Watched.SUBSCRIBE, "note://x")).orElseThrow())
        .isInstanceOfSatisfying(
            CallResult.Refused.class,
            refused ->
                assertThat(refused.error().json().toString())
                    .contains("watched: 10001 (expected: at most 10000 resources of a server)"));
  }
}
