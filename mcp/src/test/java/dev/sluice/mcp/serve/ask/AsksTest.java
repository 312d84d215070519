package dev.sluice.mcp.serve.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class AsksTest {

  private static final Message.Request QUESTION =
      new Message.Request(RpcId.of(5), "roots/list", JsonNodeFactory.instance.objectNode());

  private final Asks asks = new Asks("1f", 10, Duration.ofMillis(20));

  private static Message answer(RpcId id) {
    return new Message.Answer(id, JsonNodeFactory.instance.objectNode().put("x", 1));
  }

  @Test
  void an_answer_counts_from_the_session_that_was_asked() throws InterruptedException {
    var id = asks.id();
    var came =
        asks.ask(
            "session",
            id,
            QUESTION,
            sent -> {
              assertThat(sent).isEqualTo(QUESTION.with(id));
              assertThat(asks.answered("another", answer(id))).isFalse();
              assertThat(asks.answered("session", answer(id))).isTrue();
            });
    assertThat(came).isEqualTo(answer(RpcId.of(5)));
    assertThat(asks.ask("session", id, QUESTION, _ -> {})).isInstanceOf(Message.Failure.class);
    assertThat(asks.answered("session", answer(id))).isFalse();
  }

  @Test
  void the_id_of_a_question_names_the_gateway_that_asks() {
    var other = new Asks("2e", 10, Duration.ofMillis(20));
    assertThat(asks.elsewhere(answer(other.id()))).contains("2e");
    assertThat(asks.elsewhere(answer(asks.id()))).isEmpty();
    assertThat(asks.elsewhere(answer(RpcId.of(1)))).isEmpty();
    assertThat(asks.elsewhere(answer(RpcId.of("sluice-nonsense")))).isEmpty();
    assertThat(asks.elsewhere(new Message.Notification("n"))).isEmpty();
  }
}
