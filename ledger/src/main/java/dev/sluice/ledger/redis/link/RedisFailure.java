package dev.sluice.ledger.redis.link;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.cluster.PartitionSelectorException;
import io.netty.channel.ConnectTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What a failure of Redis means and what to do, in one sentence for the log.
public final class RedisFailure {

  /// The rules that let a user do what the ledger and the policy's feed do, and no more.
  public static final String RULES =
      "~{INSTALLATION}:* &{INSTALLATION}:* +@read +@write +@connection -@dangerous +eval +evalsha"
          + " +script|load +publish +subscribe +info +time +cluster|nodes +cluster|info"
          + " +cluster|myid";

  /// The first word of an error is its code.
  private static final Map<String, String> HINTS =
      Map.ofEntries(
          Map.entry("OOM", "raise maxmemory, or make room; ends of holds wait until then"),
          Map.entry(
              "READONLY",
              "this is a replica; the master is looked for anew. With redis:// give the address"
                  + " that follows the master, or Sentinels"),
          Map.entry("MISCONF", "Redis cannot write to its disk: see its log, and make room there"),
          Map.entry("NOREPLICAS", "fewer replicas follow than min-replicas-to-write asks for"),
          Map.entry("LOADING", "Redis has restarted and reads its data: it takes no command yet"),
          Map.entry(
              "BUSY",
              "a script of somebody runs too long: SCRIPT KILL ends it if it has written nothing"),
          Map.entry("CLUSTERDOWN", "slots have no master, or most masters are away: CLUSTER INFO"),
          Map.entry("TRYAGAIN", "the slot is being moved to another node"),
          Map.entry("CROSSSLOT", "the cluster wants keys of one slot: a proxy changes the keys?"),
          Map.entry("MOVED", "this Redis is of a cluster: give it as redis-cluster://"),
          Map.entry("MASTERDOWN", "this is a replica that has lost its master"),
          Map.entry("NOAUTH", "give user and password in the URL"),
          Map.entry("WRONGPASS", "another user and password, escaped in the URL"),
          Map.entry("NOPERM", "a user with " + RULES),
          Map.entry("DENIED", "Redis is in protected mode: give it a password"));

  private static final Pattern CODE = Pattern.compile("^([A-Z]{2,})\\b");

  /// What Lettuce says where the other side does not answer as a Redis would.
  private static final Pattern NO_GREETING =
      Pattern.compile(
          "^(Connection (initialization timed out|closed prematurely)|Invalid first byte)");

  /// Redis 6 hides the code of what a script was told within its own sentence.
  private static final Pattern CODE_INSIDE = Pattern.compile("^ERR .*?-([A-Z]{2,}) (.*)$");

  /// Where in a script it was; and arguments, which may be secrets.
  private static final Pattern NOISE =
      Pattern.compile("( script: .*on @|,? with args beginning with).*$");

  private RedisFailure() {}

  /// One sentence without the arguments of the command and without where in a script it was.
  public static String sentence(@Nullable Throwable failure) {
    if (failure == null) {
      return "an answer without content";
    }
    if (has(failure, PartitionSelectorException.class)) {
      return told("CLUSTERDOWN no node is known for the ledger's slot");
    }
    if (has(failure, UnknownHostException.class)) {
      return "unknown host";
    }
    var message = Optional.ofNullable(last(failure).getMessage()).orElse(last(failure).toString());
    if (has(failure, SSLException.class) || has(failure, GeneralSecurityException.class)) {
      return "TLS: "
          + message
          + " (expected: rediss:// where Redis has TLS, a certificate of a CA that is known here or"
          + " given as ca, and for this host; where Redis asks for one of ours, cert and key)";
    }
    return NO_GREETING.matcher(message).find()
        ? message + " (expected: a Redis, with TLS on both sides or on none)"
        : told(message);
  }

  /// Whether Redis has answered, if with an error.
  public static boolean isAnswer(@Nullable Throwable failure) {
    return failure != null && has(failure, RedisCommandExecutionException.class);
  }

  /// Whether nobody has answered in time, as where a machine is slow.
  static boolean isSilence(Throwable failure) {
    return has(failure, RedisCommandTimeoutException.class)
        || has(failure, ConnectTimeoutException.class);
  }

  /// Whether it was a replica that answered.
  public static boolean isReadOnly(@Nullable Throwable failure) {
    return failure != null
        && isAnswer(failure)
        && code(cleaned(last(failure).getMessage())).equals("READONLY");
  }

  private static String told(String message) {
    var text = cleaned(message);
    var hint = HINTS.get(code(text));
    return hint == null ? text : text + " (expected: " + hint + ")";
  }

  private static String cleaned(@Nullable String message) {
    var text = NOISE.matcher(message == null ? "" : message.lines().findFirst().orElse(""));
    var inside = CODE_INSIDE.matcher(text.replaceFirst("").strip());
    return inside.matches() && HINTS.containsKey(inside.group(1))
        ? inside.group(1) + " " + inside.group(2)
        : text.replaceFirst("").strip();
  }

  private static String code(String text) {
    var code = CODE.matcher(text);
    return code.find() ? code.group(1) : "";
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return causes(failure).anyMatch(type::isInstance);
  }

  /// The last cause: those before it only say that there was no connection.
  private static Throwable last(Throwable failure) {
    return causes(failure).reduce(failure, (_, next) -> next);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, RedisFailure::cause);
  }

  /// Of the nodes of a cluster that could not be asked, the first tells why.
  private static @Nullable Throwable cause(Throwable failure) {
    var others = failure.getSuppressed();
    return failure.getCause() == null && others.length > 0 ? others[0] : failure.getCause();
  }
}
