package dev.sluice.ledger.redis.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RedisFailureTest {

  @Test
  void says_what_to_do() {
    assertThat(sentence("OOM command not allowed. script: 0123, on @user_script:3."))
        .isEqualTo(
            "OOM command not allowed. (expected: raise maxmemory, or make room; ends of holds wait"
                + " until then)");
    assertThat(sentence("ERR something new")).isEqualTo("ERR something new");
  }

  @Test
  void finds_the_code_that_an_older_redis_hides() {
    assertThat(
            sentence(
                "ERR Error running script (call to f_0123): @user_script:3: @user_script: 3:"
                    + " -READONLY You can't write against a read only replica."))
        .startsWith("READONLY You can't write against a read only replica. (expected: ");
  }

  @Test
  void does_not_repeat_what_was_sent() {
    assertThat(sentence("ERR unknown command `HELLO`, with args beginning with: `3` `s3cret`"))
        .isEqualTo("ERR unknown command `HELLO`");
  }

  @Test
  void looks_at_the_last_cause() {
    var refused = new RedisException("cannot connect", new RedisException("Connection refused"));
    assertThat(RedisFailure.sentence(new CompletionException(refused)))
        .isEqualTo("Connection refused");
    assertThat(RedisFailure.sentence(new RedisException("?", new UnknownHostException("h"))))
        .isEqualTo("unknown host");
    assertThat(RedisFailure.sentence(new RedisException("?", new SSLHandshakeException("bad"))))
        .startsWith("TLS: bad (expected: ");
  }

  @Test
  void tells_an_answer_from_none() {
    var answer = new RedisCommandExecutionException("READONLY You can't write");
    assertThat(RedisFailure.isAnswer(new CompletionException(answer))).isTrue();
    assertThat(RedisFailure.isReadOnly(new CompletionException(answer))).isTrue();
    assertThat(RedisFailure.isAnswer(new RedisException("READONLY is no answer"))).isFalse();
    assertThat(RedisFailure.isAnswer(null)).isFalse();
  }

  private static String sentence(String message) {
    return RedisFailure.sentence(new RedisCommandExecutionException(message));
  }
}
