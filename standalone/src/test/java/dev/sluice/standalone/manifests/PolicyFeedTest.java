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
import java.time.InstantSource;
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
  private GeneratedKeys made;

  @BeforeEach
  void makeFeed() throws Exception {
    Files.writeString(manifests.resolve("provider.yaml"), PROVIDER);
    Files.writeString(manifests.resolve("alice.yaml"), KEY);
    feed = feed();
  }

  private PolicyFeed feed() {
    return feed(manifests);
  }

  private PolicyFeed feed(Path root) {
    made = new GeneratedKeys(keys);
    return new PolicyFeed(
        List.of(root), new Compiler(Catalogue.anthropic()), made, InstantSource.system());
  }

  private List<String> names() {
    return published.getLast().snapshot().keysByName().stream()
        .map(key -> key.name().name())
        .toList();
  }

  private List<String> problems() {
    return published.getLast().problems().stream().map(Problem::toString).toList();
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
    assertThat(file).doesNotExist();
    made.save();
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(Files.getPosixFilePermissions(file.getParent())).hasSize(3);
    var value = Files.readString(file).strip();
    assertThat(KeyFormat.checksumOk(value)).isTrue();
    assertThat(alice().digest()).isEqualTo(KeyDigest.of(value));
    var second = feed();
    second.publish(second.read(), published::add);
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
      await().atMost(SECOND).until(() -> alice().owner().equals("alice@example.org"));
    }
  }

  @Test
  void keeps_the_last_good_version_of_a_bad_object_and_takes_all_else() throws Exception {
    try (var _ = watch()) {
      edit("limitUsd: \"50\"", "limitUsd: \"much\"");
      Files.writeString(manifests.resolve("bob.yaml"), KEY.replace("alice", "bob"));
      // Two edits may be seen one after the other.
      await().atMost(SECOND).until(() -> names().equals(List.of("alice", "bob")));
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
      await().atMost(SECOND).until(() -> published.getLast().snapshot().keys().isEmpty());
      Files.writeString(manifests.resolve("alice.yaml"), KEY);
      await().atMost(SECOND).until(() -> !published.getLast().snapshot().keys().isEmpty());
      assertThat(alice().name()).isEqualTo(ALICE);
    }
  }

  @Test
  void a_path_that_cannot_be_read_is_one_problem_and_all_else_takes_effect() throws Exception {
    var shared = Files.createDirectory(manifests.resolve("shared"));
    Files.writeString(shared.resolve("bob.yaml"), KEY.replace("alice", "bob"));
    try (var _ = watch()) {
      Files.createSymbolicLink(manifests.resolve("loop"), Path.of("."));
      Files.createSymbolicLink(manifests.resolve("self.yaml"), Path.of("self.yaml"));
      Files.write(manifests.resolve("large.yaml"), new byte[(16 << 20) + 1]);
      Files.move(shared, manifests.resolve(".away"));
      Files.createSymbolicLink(shared, Path.of("nowhere"));
      edit("owner: alice@example.com", "suspended: true");
      // So many edits may be seen one after the other; this was the last one.
      await().atMost(SECOND).until(() -> alice().suspended());
      assertThat(names()).containsExactly("alice", "bob");
      assertThat(problems())
          .containsExactly(
              manifests.resolve("large.yaml")
                  + ": cannot be read: 16777217 bytes (expected: at most 16777216)",
              manifests.resolve("loop")
                  + ": cannot be read: a link that leads back to a folder above it",
              manifests.resolve("self.yaml")
                  + ": cannot be read: a link that leads nowhere: too many levels of symbolic links"
                  + " or unable to access attributes of symbolic link",
              shared + ": cannot be read: a link that leads nowhere: it does not exist");
      await().until(() -> feed.problems() == 4);

      Files.delete(shared);
      await().atMost(SECOND).until(() -> feed.problems() == 3);
      assertThat(names()).containsExactly("alice");
    }
  }

  @Test
  void a_folder_that_goes_away_or_is_replaced_by_an_empty_one_deletes_nothing() throws Exception {
    var away = manifests.resolveSibling(manifests.getFileName() + "-away");
    try (var _ = watch()) {
      Files.move(manifests, away);
      await().atMost(SECOND).until(() -> published.size() == 2);
      assertThat(names()).containsExactly("alice");
      assertThat(problems()).containsExactly(manifests + ": cannot be read: it does not exist");

      Files.createDirectory(manifests);
      await().atMost(SECOND).until(() -> published.size() == 3);
      assertThat(names()).containsExactly("alice");
      assertThat(problems())
          .containsExactly(
              manifests
                  + ": cannot be read: an empty folder is in its place"
                  + " (expected: manifests, as before)");

      Files.delete(manifests);
      Files.move(away, manifests);
      Files.delete(manifests.resolve("alice.yaml"));
      await().atMost(SECOND).until(() -> feed.problems() == 0 && names().isEmpty());
    }
  }

  @Test
  void a_single_file_that_goes_away_deletes_nothing() throws Exception {
    var file = Files.writeString(keys.resolve("all.yaml"), PROVIDER + "---\n" + KEY);
    feed = feed(file);
    try (var _ = watch()) {
      Files.delete(file);
      await().atMost(SECOND).until(() -> feed.problems() == 1);
      assertThat(names()).containsExactly("alice");
    }
  }

  @Test
  void a_file_that_is_emptied_before_it_is_written_keeps_what_it_held() throws Exception {
    try (var _ = watch()) {
      edit(KEY, "");
      await().atMost(SECOND).until(() -> published.size() == 2);
      assertThat(names()).containsExactly("alice");
      assertThat(problems()).isEmpty();
      edit("owner: alice@example.com", "owner: alice@example.org");
      await().atMost(SECOND).until(() -> alice().owner().equals("alice@example.org"));

      edit(KEY, "");
      await().atMost(SECOND.multipliedBy(2)).until(() -> names().isEmpty());
      assertThat(problems()).isEmpty();
    }
  }
}
