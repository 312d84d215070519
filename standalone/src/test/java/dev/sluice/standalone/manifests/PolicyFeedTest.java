package dev.sluice.standalone.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyFormat;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFeedTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ObjectName ALICE = new ObjectName("default", "alice");
  private static final String PROVIDER =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: a-provider-credential }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
      """;
  private static final String KEY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        owner: alice@example.com
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      """;

  @TempDir Path manifests;
  @TempDir Path keys;

  private final List<Compilation> published = new CopyOnWriteArrayList<>();
  private PolicyFeed feed;

  @BeforeEach
  void makeFeed() throws Exception {
    Files.writeString(manifests.resolve("provider.yaml"), PROVIDER);
    Files.writeString(manifests.resolve("alice.yaml"), KEY);
    feed = feed();
  }

  private PolicyFeed feed() {
    return new PolicyFeed(
        List.of(manifests), new Compiler(Catalogue.anthropic()), new GeneratedKeys(keys));
  }

  private KeyPolicy alice() {
    return published.getLast().snapshot().keysByName().iterator().next();
  }

  private AutoCloseable watch() throws IOException {
    feed.publish(feed.read(), published::add);
    return feed.watch(published::add);
  }

  private void edit(String from, String to) throws IOException {
    Files.writeString(manifests.resolve("alice.yaml"), KEY.replace(from, to));
  }

  @Test
  void makes_a_private_key_once() throws Exception {
    feed.publish(feed.read(), published::add);
    var file = keys.resolve("default/alice");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(Files.getPosixFilePermissions(file.getParent())).hasSize(3);
    var value = Files.readString(file).strip();
    assertThat(KeyFormat.checksumOk(value)).isTrue();
    assertThat(alice().digest()).isEqualTo(KeyDigest.of(value));
    feed().publish(feed().read(), published::add);
    assertThat(alice().digest()).isEqualTo(KeyDigest.of(value));
  }

  @Test
  void refuses_a_key_file_that_holds_no_key() throws Exception {
    Files.writeString(Files.createDirectory(keys.resolve("default")).resolve("alice"), "short");
    assertThatThrownBy(() -> feed.read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("(expected: a key of 20 to 256 visible characters)");
  }

  @Test
  void puts_a_change_into_force_within_a_second() throws Exception {
    try (var _ = watch()) {
      edit("owner: alice@example.com", "owner: alice@example.org");
      await().atMost(SECOND).until(() -> published.size() == 2);
      assertThat(alice().owner()).isEqualTo("alice@example.org");
    }
  }

  @Test
  void keeps_the_last_good_version_of_a_bad_object_and_takes_all_else() throws Exception {
    try (var _ = watch()) {
      edit("limitUsd: \"50\"", "limitUsd: \"much\"");
      Files.writeString(manifests.resolve("bob.yaml"), KEY.replace("alice", "bob"));
      await().atMost(SECOND).until(() -> published.size() == 2);
      assertThat(published.getLast().snapshot().keysByName())
          .extracting(key -> key.name().name())
          .containsExactly("alice", "bob");
      assertThat(alice().budgets().getFirst().limit().toUsd()).isEqualTo("50");
      assertThat(published.getLast().problems())
          .singleElement()
          .extracting(Problem::toString)
          .asString()
          .contains("alice.yaml:7", "VirtualKey default/alice", "limitUsd", "much");
      await().until(() -> feed.problems() == 1);
      edit("limitUsd: \"50\"", "limitUsd: \"60\"");
      await().atMost(SECOND).until(() -> feed.problems() == 0);
      assertThat(alice().budgets().getFirst().limit().toUsd()).isEqualTo("60");
    }
  }

  @Test
  void deletes_at_once() throws Exception {
    try (var _ = watch()) {
      Files.delete(manifests.resolve("alice.yaml"));
      await().atMost(SECOND).until(() -> published.size() == 2);
      assertThat(published.getLast().snapshot().keys()).isEmpty();
      Files.writeString(manifests.resolve("alice.yaml"), KEY);
      await().atMost(SECOND).until(() -> published.size() == 3);
      assertThat(alice().name()).isEqualTo(ALICE);
    }
  }
}
