package dev.sluice.ledger.redis;

import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;

/// A user named gateway with the password s3cret.
final class AclUser {

  private AclUser() {}

  /// With the rules that the documentation names, and no other.
  static void add(RedisServer server) {
    add(server, RedisFailure.RULES.replace("INSTALLATION", "sluice"));
  }

  static void add(RedisServer server, String rules) {
    var words = new ArrayList<>(List.of("ACL", "SETUSER", "gateway", "reset", "on", ">s3cret"));
    words.addAll(List.of(rules.split(" ")));
    var answer = server.ask(words.toArray(String[]::new));
    if (!answer.equals("OK")) {
      throw new IllegalStateException(answer);
    }
  }

  static String login(String uri) {
    return uri.replace("://", "://gateway:s3cret@");
  }
}
