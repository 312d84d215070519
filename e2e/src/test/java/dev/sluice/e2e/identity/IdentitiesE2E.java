package dev.sluice.e2e.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.identity.Platform.Kind;
import dev.sluice.testkit.aws.AwsRole;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.cloud.Troubles.Trouble;
import dev.sluice.testkit.entra.EntraConfig;
import dev.sluice.testkit.script.Script;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a platform says of a workload is changed for what a cloud knows, from the manifest to the
/// request: ahead of each end, and no request waits for it.
final class IdentitiesE2E {

  private static final Duration SOON = Duration.ofSeconds(30);

  /// Much shorter than the silence of a token service is waited for: ten seconds.
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(3);

  private static final Map<Kind, Platform> PLATFORMS = new EnumMap<>(Kind.class);

  /// A way to what a cloud knows.
  enum Way {
    IRSA(Kind.FEDERATED, "aws"),
    CONTAINER(Kind.AGENTS, "aws"),
    GOOGLE_FEDERATION(Kind.FEDERATED, "google"),
    GOOGLE_METADATA(Kind.AGENTS, "google"),
    ENTRA_WORKLOAD(Kind.FEDERATED, "azure"),
    ENTRA_SECRET(Kind.AGENTS, "azure");

    private final Kind kind;
    private final String cloud;

    Way(Kind kind, String cloud) {
      this.kind = kind;
      this.cloud = cloud;
    }

    Platform platform() {
      return Objects.requireNonNull(PLATFORMS.get(kind));
    }

    LongSupplier issued() {
      var platform = platform();
      return switch (this) {
        case IRSA, CONTAINER -> platform.aws().keys()::issued;
        case GOOGLE_FEDERATION, GOOGLE_METADATA -> platform.google().tokens()::issued;
        case ENTRA_WORKLOAD, ENTRA_SECRET -> platform.entra()::issued;
      };
    }

    Troubles troubles() {
      return switch (this) {
        case IRSA, CONTAINER -> platform().aws().identities().troubles();
        case GOOGLE_FEDERATION -> platform().federation().troubles();
        case GOOGLE_METADATA -> platform().google().tokenApi().troubles();
        case ENTRA_WORKLOAD, ENTRA_SECRET -> platform().entra().troubles();
      };
    }

    /// The platform gives the workload another token, and the old one is no longer good.
    void rotate() {
      var role = AwsRole.STANDARD.withLifetime(Platform.LIFETIME);
      var entra = EntraConfig.STANDARD.withLifetime(Platform.LIFETIME);
      switch (this) {
        case IRSA -> {
          platform().write("web-identity", "another.web-identity.token\n");
          platform().aws().identities().trust(role.withTokens("", "another.web-identity.token"));
        }
        case CONTAINER -> {
          platform().write("container", "another-container-token");
          platform().aws().identities().trust(role.withTokens("another-container-token", ""));
        }
        case GOOGLE_FEDERATION -> {
          platform().write("subject", "another.subject.token");
          platform().federation().trust("another.subject.token");
        }
        case ENTRA_WORKLOAD -> {
          platform().write("workload", "another.workload.token");
          platform().entra().trust(entra.withProofs("", "another.workload.token"));
        }
        case GOOGLE_METADATA, ENTRA_SECRET -> {}
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var starting = new EnumMap<Kind, Future<Platform>>(Kind.class);
      for (var kind : Kind.values()) {
        starting.put(kind, threads.submit(() -> Platform.start(kind)));
      }
      for (var one : starting.entrySet()) {
        PLATFORMS.put(one.getKey(), one.getValue().get());
      }
    }
  }

  @AfterAll
  static void nothing_secret_was_logged() {
    try {
      for (var platform : PLATFORMS.values()) {
        assertThat(platform.logs()).contains("a new access token").doesNotContain(SECRETS);
      }
    } finally {
      PLATFORMS.values().forEach(Platform::close);
    }
  }

  /// What files and services gave out, or the beginning of it.
  private static final List<String> SECRETS =
      List.of(
          AwsRole.STANDARD.containerToken(),
          AwsRole.STANDARD.webIdentityToken(),
          Platform.SUBJECT_TOKEN,
          EntraConfig.STANDARD.workloadToken(),
          EntraConfig.STANDARD.clientSecret(),
          "another.",
          "another-container-token",
          "simulated/temporary/secret/key/",
          "IQoJb3JpZ2lu",
          "ya29.",
          "eyJ0eXAi");

  private static void awaitIssued(Way way, int more) {
    long before = way.issued().getAsLong();
    Awaitility.await().atMost(SOON).until(() -> way.issued().getAsLong() >= before + more);
  }

  private static Traffic traffic(Way way) {
    return Traffic.of(way.platform().world().gateway(), way.cloud);
  }

  private static void assertServed(List<Traffic.Answer> answers) {
    assertThat(answers).isNotEmpty();
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).as(answer.text()).isEqualTo(200);
              assertThat(answer.took()).isLessThan(ANSWERED_WITHIN);
            });
  }

  /// What holds of one way.
  private interface Law {
    void check(Way way) throws Exception;
  }

  /// All ways at once, since each waits for its own tokens.
  private static void everyWay(Law law) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new EnumMap<Way, Future<?>>(Way.class);
      for (var way : Way.values()) {
        running.put(
            way,
            threads.submit(
                () -> {
                  law.check(way);
                  return null;
                }));
      }
      for (var one : running.entrySet()) {
        try {
          one.getValue().get();
        } catch (ExecutionException e) {
          throw new AssertionError(one.getKey().toString(), e);
        }
      }
    }
  }

  @Test
  void requests_flow_while_tokens_end_and_their_file_changes() throws Exception {
    everyWay(
        way -> {
          try (var traffic = traffic(way)) {
            awaitIssued(way, 1);
            way.rotate();
            awaitIssued(way, 2);
            assertServed(traffic.answers());
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"IRSA", "GOOGLE_METADATA"})
  void an_answer_that_takes_longer_than_its_token_is_not_cut(Way way) {
    var platform = way.platform();
    var simulator = way == Way.IRSA ? platform.aws() : platform.google();
    var slow = Script.answer().textOfTokens(40).tokensPerEvent(1).pace(Duration.ofMillis(300));
    simulator.next(slow);
    var answer = Traffic.ask(platform.world().gateway(), way.cloud);
    assertThat(answer.took()).isGreaterThan(Platform.LIFETIME);
    assertThat(answer.text()).contains("message_stop");
  }

  /// The old token is shown as long as it is good, however long its service is silent; then the
  /// client is told, or another provider serves; and all is well once the service is.
  @Test
  void a_token_service_that_is_silent_is_not_noticed_before_the_token_ends() throws Exception {
    everyWay(
        way -> {
          try (var traffic = traffic(way)) {
            awaitIssued(way, 1);
            way.troubles().begin(new Trouble.Silence());
            long met = way.troubles().met();
            Awaitility.await().atMost(SOON).until(() -> way.troubles().met() > met);
            int silent = traffic.answers().size();
            Awaitility.await().atMost(SOON).until(() -> !isServed(traffic));
            assertToldOnceTheTokenEnded(way, traffic.answers(), silent);
            way.troubles().end();
            Awaitility.await().atMost(SOON).until(() -> isServed(traffic));
          } finally {
            way.troubles().end();
          }
        });
  }

  private static boolean isServed(Traffic traffic) {
    return traffic.answers().getLast().status() == 200;
  }

  private static void assertToldOnceTheTokenEnded(
      Way way, List<Traffic.Answer> answers, int silent) {
    var whileGood = answers.stream().takeWhile(answer -> answer.status() == 200).toList();
    assertServed(whileGood);
    assertThat(whileGood).hasSizeGreaterThan(silent + 3);
    var refused = answers.getLast();
    assertThat(refused.status()).isEqualTo(502);
    assertThat(refused.took()).isLessThan(ANSWERED_WITHIN);
    assertThat(refused.text())
        .contains("the gateway's credential for " + way.cloud + " was refused");
    var elsewhere = Traffic.ask(way.platform().world().gateway(), way.cloud + "-else");
    assertThat(elsewhere.text()).contains("Hello from elsewhere.");
  }

  /// What fails is asked for again before the token ends.
  @Test
  void a_failure_of_a_token_service_is_not_noticed() throws Exception {
    var failures =
        List.of(
            new Trouble.HangUp(),
            new Trouble.Page(500, "text/html", "<html>Sorry</html>"),
            new Trouble.Page(200, "application/json", "{\"access_token\":"));
    everyWay(
        way -> {
          try (var traffic = traffic(way)) {
            for (var failure : failures) {
              awaitIssued(way, 1);
              way.troubles().begin(failure);
              long met = way.troubles().met();
              Awaitility.await().atMost(SOON).until(() -> way.troubles().met() > met);
              way.troubles().end();
            }
            awaitIssued(way, 1);
            assertServed(traffic.answers());
          } finally {
            way.troubles().end();
          }
        });
  }

  /// On a machine that starts, the agents may come after us.
  @Test
  void an_agent_that_comes_up_after_the_gateway_is_found() {
    var away = new Trouble.Page(503, "text/plain", "Not yet.");
    try (var platform = Platform.start(Kind.AGENTS, away)) {
      var gateway = platform.world().gateway();
      var clouds = List.of("aws", "google", "azure");
      for (var cloud : clouds) {
        assertThat(Traffic.ask(gateway, cloud).text()).contains("credential for " + cloud);
      }
      platform.troubles().forEach(Troubles::end);
      for (var cloud : clouds) {
        Awaitility.await().atMost(SOON).until(() -> Traffic.ask(gateway, cloud).status() == 200);
      }
    }
  }
}
