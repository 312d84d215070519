package dev.sluice.extproc.reserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.reserve.SessionMemory.Answered;
import dev.sluice.extproc.reserve.SessionMemory.Session;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.RequestScanner;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SessionMemoryTest {

  private static final ObjectName KEY = new ObjectName("default", "alice");

  private static Session session(String id) {
    return new Session(KEY, id, null, KEY, URI.create("https://api.example.com"), "m");
  }

  private static Answered answered(String... messages) {
    var body = "{\"model\":\"m\",\"messages\":[\"" + String.join("\",\"", messages) + "\"]}";
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var request = RequestScanner.scan(bytes, 0, bytes.length);
    return new Answered(BodyOutline.of(request, bytes, 0, bytes.length), 1);
  }

  @Test
  void a_conversation_is_remembered_by_its_last_request() {
    var memory = new SessionMemory(10, 100_000);
    memory.add(session("a"), answered("x"));
    var side = answered("title");
    memory.add(session("a"), side);
    var last = answered("x", "y");
    memory.add(session("a"), last);
    assertThat(memory.of(session("a"))).containsExactly(side, last);
    assertThat(memory.of(session("b"))).isEmpty();
    assertThat(memory.bytes()).isEqualTo(side.outline().bytes() + last.outline().bytes());
  }

  @Test
  void a_session_has_few_conversations() {
    var memory = new SessionMemory(10, 100_000);
    for (int i = 0; i < 10; i++) {
      memory.add(session("a"), answered("m" + i));
    }
    assertThat(memory.of(session("a"))).hasSize(4).contains(answered("m9"), answered("m6"));
  }

  @Test
  void the_longest_unused_session_goes_first() {
    var memory = new SessionMemory(2, 100_000);
    memory.add(session("a"), answered("x"));
    memory.add(session("b"), answered("x"));
    assertThat(memory.of(session("a"))).hasSize(1);
    memory.add(session("c"), answered("x"));
    assertThat(memory.of(session("b"))).isEmpty();
    assertThat(memory.of(session("a"))).hasSize(1);
  }

  @Test
  void the_bytes_are_bounded_and_one_request_cannot_use_them_up() {
    long one = answered("x").outline().bytes();
    var memory = new SessionMemory(1_000, one * 20);
    for (int i = 0; i < 50; i++) {
      memory.add(session("s" + i), answered("x"));
    }
    assertThat(memory.bytes()).isEqualTo(one * 20);
    assertThat(memory.of(session("s49"))).hasSize(1);
    memory.add(session("huge"), answered("many ".repeat(500).strip().split(" ")));
    assertThat(memory.of(session("huge"))).isEmpty();
    assertThat(memory.of(session("s48"))).hasSize(1);
  }
}
