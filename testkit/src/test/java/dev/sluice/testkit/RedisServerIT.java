package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedisServerIT {

  private static final int ANSWER_MILLIS_MAX = 2_000;

  @Test
  void data_survives_a_stop_and_a_kill() throws Exception {
    try (var redis = RedisServer.start()) {
      assertThat(ask(redis, "SET k one")).isEqualTo("+OK");
      redis.stop();
      redis.restart();
      assertThat(ask(redis, "APPEND k two")).isEqualTo(":6");
      redis.kill();
      assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(IOException.class);
      redis.restart();
      assertThat(ask(redis, "STRLEN k")).isEqualTo(":6");
    }
  }

  @Test
  void a_frozen_server_does_not_answer_until_it_is_thawed() throws Exception {
    try (var redis = RedisServer.start()) {
      redis.freeze();
      assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(SocketTimeoutException.class);
      redis.thaw();
      assertThat(ask(redis, "PING")).isEqualTo("+PONG");
    }
  }

  private static String ask(RedisServer redis, String command) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      socket.setSoTimeout(ANSWER_MILLIS_MAX);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      var answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8);
      return new BufferedReader(answer).readLine();
    }
  }
}
